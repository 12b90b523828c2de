using System.Collections.Concurrent;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>Remembers which folders' own names are known to be on the medium, so that each is flushed once per run and not for every image in it.</summary>
sealed class DurableFolders(DirectoryFlush flush)
{
    readonly ConcurrentDictionary<FileIdentity, bool> known = [];

    /// <summary>Whether the folder's name needs no flush.</summary>
    public bool IsKnown(FileIdentity folder) => known.ContainsKey(folder);

    /// <summary>Returns when every name in the target folder, and every folder name on the way to it, is durable.</summary>
    public async Task FlushAsync(TargetFolder target)
    {
        await Task.WhenAll([
            flush.FlushAsync(target.Identity, target.Folder),
            .. target.Undurable.Select(name => flush.FlushAsync(name.ParentIdentity, name.Parent))]);
        foreach (var name in target.Undurable) known[name.Child] = true;
    }
}
