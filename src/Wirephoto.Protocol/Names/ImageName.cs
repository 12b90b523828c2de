using Wirephoto.Protocol.Errors;

namespace Wirephoto.Protocol.Names;

/// <summary>The valid name of an image: segments joined by <c>/</c>, the last with an accepted extension. Only a value of this type ever becomes a path.</summary>
public sealed record ImageName
{
    string? key;

    ImageName(string text) => Text = text;

    /// <summary>The name as it was sent and as it is stored.</summary>
    public string Text { get; }

    /// <summary>What makes two names the same one, see <see cref="NameKey"/>.</summary>
    public string Key => key ??= NameKey.Of(Text);

    /// <summary>The folder that holds it, without a trailing <c>/</c>; empty at the top level.</summary>
    public string Folder => Text.LastIndexOf('/') is >= 0 and var slash ? Text[..slash] : "";

    /// <summary>The last segment.</summary>
    public string FileName => Text[(Text.LastIndexOf('/') + 1)..];

    /// <summary>The extension without its dot, in the case it was sent.</summary>
    public string Extension => ImageTypes.ExtensionOf(Text).ToString();

    /// <summary>Checks a name that a peer or a file system gave.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/> or <see cref="ErrorCode.UnsupportedType"/>, with the rule.</exception>
    public static ImageName Parse(string text, ImageTypes types) => Fault(text, types) is { } fault ? throw fault : new ImageName(text);

    /// <summary>The same check for names of unknown origin that are simply passed over when they don't fit.</summary>
    public static bool TryParse(string text, ImageTypes types, out ImageName name)
    {
        var valid = Fault(text, types) is null;
        name = valid ? new ImageName(text) : null!;
        return valid;
    }

    /// <summary>What <see cref="Parse"/> would throw, or null for a valid name.</summary>
    public static WirephotoException? Fault(string text, ImageTypes types)
    {
        if (NameRules.Fault(text) is { } fault) return new WirephotoException(ErrorCode.BadName, fault);
        if (!types.Accepts(text))
        {
            var extension = ImageTypes.ExtensionOf(text);
            var has = extension.IsEmpty ? "a name without an extension" : $"'.{extension}'";
            return new WirephotoException(ErrorCode.UnsupportedType, $"{has} is not accepted; accepted are {types}");
        }

        return FolderName.TypedSegment(text.AsSpan(0, Math.Max(0, text.LastIndexOf('/'))), types) is { } segment
            ? new WirephotoException(ErrorCode.BadName, $"the folder '{segment}' has the extension of an image")
            : null;
    }

    /// <inheritdoc/>
    // The key follows from the text, and may not have been asked for.
    public bool Equals(ImageName? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
