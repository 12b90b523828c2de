using System.IO.Enumeration;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>Finds every file that may be an image, by name, length and time alone: links, hidden folders (the server's own among them) and all other names are passed over.</summary>
static class FolderWalk
{
    /// <summary>Walks lazily; what can't be entered is skipped, and of a folder that is not there nothing is found.</summary>
    /// <param name="tree">The images' folder.</param>
    /// <param name="below">The folder in it to walk through; the top one has no name.</param>
    /// <param name="types">Which files may be images.</param>
    /// <param name="cancel">Ends the walk.</param>
    public static IEnumerable<FoundFile> Files(FolderTree tree, FolderName below, ImageTypes types, CancellationToken cancel)
    {
        // Through open handles, so that no link leads elsewhere; the walk itself goes by the path.
        using var start = tree.OpenFolder(below.Prefix.TrimEnd('/'));
        if (start is null) yield break;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true, MaxRecursionDepth = NameRules.MaxSegments - 1 };
        var files = new FileSystemEnumerable<FoundFile?>(start.Path, (ref FileSystemEntry entry) => Look(ref entry, below, types), options)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => entry.FileName is not ['.', ..],
        };
        foreach (var file in files)
        {
            cancel.ThrowIfCancellationRequested();
            if (file is { } found && (!NeedsSecondLook(found) || tree.Stat(found.Name) is not null)) yield return found;
        }
    }

    static FoundFile? Look(ref FileSystemEntry entry, FolderName below, ImageTypes types)
    {
        if (!types.Accepts(entry.FileName)) return null;
        var folder = entry.Directory[entry.RootDirectory.Length..].TrimStart(Path.DirectorySeparatorChar);
        var name = below.Prefix + (folder.IsEmpty ? entry.FileName.ToString() : string.Concat(folder, "/", entry.FileName));
        if (Path.DirectorySeparatorChar != '/') name = name.Replace(Path.DirectorySeparatorChar, '/');
        return ImageName.TryParse(name, types, out var valid) ? new FoundFile(valid, entry.Length, entry.LastWriteTimeUtc.UtcTicks) : null;
    }

    // A name that is not UTF-8 is read with replacement characters and then names nothing; what is empty may be a pipe or a device.
    static bool NeedsSecondLook(FoundFile file) => file.Length == 0 || file.Name.Text.Contains('\uFFFD');
}
