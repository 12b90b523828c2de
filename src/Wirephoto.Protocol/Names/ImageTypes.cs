namespace Wirephoto.Protocol.Names;

/// <summary>The extensions that are accepted, in any letter case.</summary>
public sealed class ImageTypes
{
    readonly HashSet<string> extensions;

    /// <summary>Accepts these extensions, written without their dot.</summary>
    /// <exception cref="ArgumentException">No extension, or one that is not 1 to 16 letters and digits.</exception>
    public ImageTypes(IEnumerable<string> accepted)
    {
        extensions = accepted.Select(e => e.ToLowerInvariant()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (extensions.Count == 0) throw new ArgumentException("at least one type must be accepted");
        if (extensions.FirstOrDefault(e => e.Length is 0 or > 16 || !e.All(char.IsAsciiLetterOrDigit)) is { } bad)
            throw new ArgumentException($"'{bad}' is not a file extension: write letters and digits, without the dot");
        All = [.. extensions.Order(StringComparer.Ordinal)];
    }

    /// <summary>jpeg, jpg and png.</summary>
    public static ImageTypes Default { get; } = new(["jpg", "jpeg", "png"]);

    /// <summary>The extensions in lower case, sorted.</summary>
    public IReadOnlyList<string> All { get; }

    /// <summary>Whether a name or segment ends in an accepted extension.</summary>
    public bool Accepts(ReadOnlySpan<char> name) => extensions.GetAlternateLookup<ReadOnlySpan<char>>().Contains(ExtensionOf(name));

    /// <summary>The extension of a name without its dot; empty when it has none.</summary>
    public static ReadOnlySpan<char> ExtensionOf(ReadOnlySpan<char> name)
    {
        var segment = name[(name.LastIndexOf('/') + 1)..];
        return segment.LastIndexOf('.') is >= 0 and var dot ? segment[(dot + 1)..] : default;
    }

    /// <summary>"jpeg, jpg, png".</summary>
    public override string ToString() => string.Join(", ", All);
}
