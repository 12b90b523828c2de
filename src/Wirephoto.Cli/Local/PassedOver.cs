using System.Buffers;

namespace Wirephoto.Cli.Local;

/// <summary>The words for what a walk through folders passes over.</summary>
static class PassedOver
{
    /// <summary>A file whose name begins with a dot, or that another program left for itself.</summary>
    public const string Hidden = "hidden";

    /// <summary>A symbolic link, to a file or a folder.</summary>
    public const string Link = "linked";

    /// <summary>What another program removed meanwhile.</summary>
    public const string Gone = "gone";

    // More kinds than that nobody reads.
    const int MostKinds = 6;

    // With its dot.
    const int LongestExtension = 9;

    static readonly SearchValues<char> LettersAndDigits = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");

    /// <summary>The word for a file by its type: its extension, if it looks like one.</summary>
    public static string Type(string name) => Path.GetExtension(name) is { Length: > 1 and <= LongestExtension } extension && extension.AsSpan(1).ContainsAnyExcept(LettersAndDigits) is false
        ? extension.ToLowerInvariant()
        : "of no known type";

    /// <summary>"skipped 5 in folders: 3 .cr3, 1 .xmp, 1 hidden". The most frequent first.</summary>
    public static string Text(IReadOnlyList<string> words)
    {
        var kinds = words.GroupBy(word => word).Select(kind => (Word: kind.Key, Count: kind.Count()))
            .OrderByDescending(kind => kind.Count).ThenBy(kind => kind.Word, StringComparer.Ordinal).ToList();
        var told = string.Join(", ", kinds.Take(MostKinds).Select(kind => $"{kind.Count} {kind.Word}"));
        var others = kinds.Skip(MostKinds).Sum(kind => kind.Count);
        return $"skipped {words.Count} in folders: {told}{(others == 0 ? "" : $", {others} more")}";
    }
}
