using System.IO.Enumeration;
using Wirephoto.Cli.Arguments;

namespace Wirephoto.Cli.Local;

/// <summary>
/// A pattern that the shell did not expand: <c>*</c> and <c>?</c> within a segment, <c>**</c> for any number of folders.
/// As in a shell, neither matches a hidden file, and links to folders are not followed.
/// </summary>
static class Glob
{
    /// <summary>Whether a path has a wildcard.</summary>
    public static bool IsPattern(string path) => path.AsSpan().ContainsAny('*', '?');

    /// <summary>The part before the first segment with a wildcard: where the search begins. Empty: the current folder.</summary>
    public static string Root(string pattern)
    {
        var before = pattern[..pattern.AsSpan().IndexOfAny('*', '?')];
        return before[..(before.LastIndexOf('/') + 1)];
    }

    /// <summary>The files that match, sorted; with <paramref name="folders"/>, also matching folders; and folders that can't be looked into because their names are not in UTF-8.</summary>
    /// <exception cref="IOException">A folder can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder can't be read.</exception>
    public static List<string> Expand(string pattern, bool folders)
    {
        var root = Root(pattern);
        var segments = pattern[root.Length..].Split('/', StringSplitOptions.RemoveEmptyEntries);

        // Each step turns the folders of one level into those of the next; the last one takes files.
        HashSet<string> level = [root];
        for (var i = 0; i < segments.Length - 1; i++)
            level = [.. level.SelectMany(folder => segments[i] == "**" ? Below(folder) : Matches(folder, segments[i], files: false, folders: true))];

        var last = segments[^1] == "**" ? "*" : segments[^1];
        if (segments[^1] == "**") level = [.. level.SelectMany(Below)];
        return [.. level.SelectMany(folder => Matches(folder, last, files: true, folders)).Distinct().Order(StringComparer.Ordinal)];
    }

    static IEnumerable<string> Matches(string folder, string segment, bool files, bool folders)
    {
        // Nobody can look into it, so it stands for what would have matched: whoever takes the matches tells why.
        if (Utf8.IsDoubtful(folder) && !Directory.Exists(folder)) return [folder];

        if (!IsPattern(segment))
        {
            var path = Path.Combine(folder, segment);
            return (files && File.Exists(path)) || (folders && Directory.Exists(path)) ? [path] : [];
        }

        if (!Directory.Exists(folder.Length == 0 ? "." : folder)) return [];
        return new DirectoryInfo(folder.Length == 0 ? "." : folder)
            .EnumerateFileSystemInfos("*", Everything)
            .Where(entry => entry is DirectoryInfo ? folders : files)
            .Where(entry => entry.Name[0] != '.' && FileSystemName.MatchesSimpleExpression(segment, entry.Name, ignoreCase: false))
            .Select(entry => Path.Combine(folder, entry.Name));
    }

    // A folder and all folders below it, without a call inside itself: how deep they are is not ours to say.
    static IEnumerable<string> Below(string top)
    {
        var waiting = new Stack<string>([top]);
        while (waiting.TryPop(out var folder))
        {
            yield return folder;
            if (!Directory.Exists(folder.Length == 0 ? "." : folder)) continue;
            foreach (var entry in new DirectoryInfo(folder.Length == 0 ? "." : folder).EnumerateDirectories("*", Everything))
            {
                if (entry.Name[0] != '.' && entry.LinkTarget is null) waiting.Push(Path.Combine(folder, entry.Name));
            }
        }
    }

    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };
}
