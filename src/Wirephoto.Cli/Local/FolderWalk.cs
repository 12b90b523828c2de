using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli.Local;

/// <summary>Finds the files of a folder and all folders below it, in the order of their names.</summary>
static class FolderWalk
{
    static readonly EnumerationOptions Everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>Adds what is to be stored, hidden files, links and what other programs leave behind excepted.</summary>
    /// <param name="top">The folder.</param>
    /// <param name="prefix">What the names on the server begin with: nothing, or a folder and <c>/</c>.</param>
    /// <param name="found">Gets the files, and a faulty one for each folder that can't be read and each entry that can't be named.</param>
    /// <param name="skipped">Gets a word of <see cref="PassedOver"/> for each entry that is passed over.</param>
    public static void AddTo(List<LocalImage> found, List<string> skipped, string top, string prefix)
    {
        var waiting = new Stack<(string Path, string Prefix)>([(top, prefix)]);
        while (waiting.TryPop(out var folder))
        {
            FileSystemInfo[] entries;
            try
            {
                entries = new DirectoryInfo(folder.Path).GetFileSystemInfos("*", Everything);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                var fault = new WirephotoException(ErrorCode.LocalFailed, $"{folder.Path} can't be read: {e.Message}", e);
                found.Add(LocalImage.Faulty(folder.Path, folder.Path, fault));
                continue;
            }

            Array.Sort(entries, (a, b) => string.CompareOrdinal(a.Name, b.Name));

            // Two entries that read the same: at least one of them has other bytes.
            var twice = entries.Where(entry => Utf8.IsDoubtful(entry.Name)).GroupBy(entry => entry.Name).Where(same => same.Skip(1).Any()).Select(same => same.Key).ToHashSet();
            var folders = new List<(string, string)>();
            foreach (var entry in entries)
            {
                var path = Path.Combine(folder.Path, entry.Name);
                if (entry.Name[0] != '.' && Utf8.IsDoubtful(entry.Name) && (!IsThere(entry) || twice.Contains(entry.Name))) found.Add(LocalImage.Faulty(path, folder.Prefix + entry.Name, LocalImage.NotUtf8(path)));
                else if (WhyPassedOver(entry) is { } word) skipped.Add(word);
                else if (entry is DirectoryInfo) folders.Add((path, folder.Prefix + entry.Name + "/"));
                else found.Add(LocalImage.InFolderOf((FileInfo)entry, path, folder.Prefix + entry.Name));
            }

            // Pushed backwards, so that they are walked in order.
            for (var i = folders.Count - 1; i >= 0; i--) waiting.Push(folders[i]);
        }
    }

    static string? WhyPassedOver(FileSystemInfo entry) =>
        entry.Name[0] == '.' || entry.Name is "@eaDir" or "Thumbs.db" ? PassedOver.Hidden
        : !IsThere(entry) ? PassedOver.Gone
        : entry.Attributes.HasFlag(FileAttributes.ReparsePoint) ? PassedOver.Link
        : null;

    // What is not there has all attributes.
    static bool IsThere(FileSystemInfo entry) => entry.Attributes != (FileAttributes)(-1);
}
