namespace Wirephoto.Cli.Local;

/// <summary>The words for what a walk through folders passes over.</summary>
static class PassedOver
{
    /// <summary>A file whose name begins with a dot, or that another program left for itself.</summary>
    public const string Hidden = "hidden";

    /// <summary>A symbolic link, to a file or a folder.</summary>
    public const string Link = "linked";

    // More kinds than that nobody reads.
    const int MostKinds = 6;

    /// <summary>The word for a file by its type: its extension.</summary>
    public static string Type(string name) => Path.GetExtension(name) is { Length: > 1 } extension ? extension.ToLowerInvariant() : "without an extension";

    /// <summary>"skipped 5 in folders: 3 .cr3, 1 .xmp, 1 hidden". The most frequent first.</summary>
    public static string Text(IReadOnlyList<string> words)
    {
        var kinds = words.GroupBy(word => word).OrderByDescending(kind => kind.Count()).ThenBy(kind => kind.Key, StringComparer.Ordinal)
            .Select(kind => $"{kind.Count()} {kind.Key}").ToList();
        var others = kinds.Count > MostKinds ? ", and others" : "";
        return $"skipped {words.Count} in folders: {string.Join(", ", kinds.Take(MostKinds))}{others}";
    }
}
