using Wirephoto.Protocol.Errors;

namespace Wirephoto.Protocol.Names;

/// <summary>The valid name of a folder of images; the empty name is the top.</summary>
public sealed record FolderName
{
    FolderName(string text) => Text = text;

    /// <summary>The server's folder itself.</summary>
    public static FolderName Top { get; } = new("");

    /// <summary>Segments joined by <c>/</c>, without a trailing one; empty at the top.</summary>
    public string Text { get; }

    /// <summary>What every name inside begins with: the name and a <c>/</c>, or nothing at the top.</summary>
    public string Prefix => Text.Length == 0 ? "" : Text + "/";

    /// <summary>Checks a folder name that a peer sent; one trailing <c>/</c> is allowed.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/>, with the rule.</exception>
    public static FolderName Parse(string text)
    {
        var name = text.EndsWith('/') ? text[..^1] : text;
        if (name.Length == 0 && text.Length == 0) return Top;
        return NameRules.Fault(name) is { } fault ? throw new WirephotoException(ErrorCode.BadName, fault) : new FolderName(name);
    }

    /// <summary>The first segment of a path of folders that looks like an image, which no folder may.</summary>
    internal static string? TypedSegment(ReadOnlySpan<char> folders, ImageTypes types)
    {
        if (!folders.Contains('.')) return null;
        foreach (var range in folders.Split('/'))
        {
            if (types.Accepts(folders[range])) return folders[range].ToString();
        }

        return null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
