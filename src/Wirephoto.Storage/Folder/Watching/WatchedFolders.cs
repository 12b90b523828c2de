using System.IO.Enumeration;
using System.Text;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Disk.Linux;

namespace Wirephoto.Storage.Folder.Watching;

/// <summary>
/// The folders that are watched, one watch for each that may hold images, and what is told of them as hints. A folder is watched first and looked into
/// then, so that whatever comes into it is either told or found. Used by one thread at a time.
/// </summary>
/// <param name="inotify">Tells what happens.</param>
/// <param name="options">The images' folder, and which files are images.</param>
/// <param name="hints">Takes the hints.</param>
/// <param name="failed">Is told that a folder can't be watched.</param>
sealed class WatchedFolders(Inotify inotify, FolderStoreOptions options, Hints hints, Action<IOException> failed)
{
    static readonly EnumerationOptions NoLinks = new() { AttributesToSkip = FileAttributes.ReparsePoint };

    // Each folder by the number of its watch, and back; the names are relative to the images' folder, which is "" itself.
    Dictionary<int, string> folders = [];
    Dictionary<string, int> watches = new(StringComparer.Ordinal);

    /// <summary>How many folders are watched.</summary>
    public int Count => folders.Count;

    /// <summary>Watches all folders that there are now, and no others.</summary>
    /// <exception cref="IOException">Not even the images' folder can be watched.</exception>
    public void WatchAll()
    {
        var before = folders;
        (folders, watches) = ([], new(StringComparer.Ordinal));
        WatchBelow("");
        foreach (var watch in before.Keys)
        {
            if (!folders.ContainsKey(watch)) inotify.Forget(watch);
        }

        if (folders.Count == 0) throw new IOException("the folder is missing, or may not be read");
    }

    /// <summary>Takes in what the kernel told.</summary>
    public void Take(ReadOnlySpan<byte> told)
    {
        var events = new InotifyEvents(told);
        var isLost = false;
        while (events.Next(out var happened))
        {
            if (happened.IsOverflow) isLost = true;
            else Take(happened);
        }

        if (!isLost && !events.IsBroken) return;

        // The watches before the look, as everywhere.
        WatchAll();
        hints.Lose();
    }

    void Take(InotifyEvent happened)
    {
        // A watch that was forgotten may have told something before.
        if (!folders.TryGetValue(happened.Watch, out var folder)) return;
        if (happened.IsLast) Remove(happened.Watch, folder);
        if (happened.Name is [] or [(byte)'.', ..]) return;

        // A name that is not UTF-8 is read with replacement characters, and then names nothing.
        var name = Encoding.UTF8.GetString(happened.Name);
        var path = folder.Length == 0 ? name : $"{folder}/{name}";
        if (happened.IsFolder) TakeFolder(path, happened);
        else if (options.Types.Accepts(name)) hints.Add(path);
    }

    void TakeFolder(string path, InotifyEvent happened)
    {
        if (!CanHoldImages(path)) return;
        if (happened.HasMovedAway) ForgetBelow(path);

        // One that was found before it was told of is in a folder that is going to be looked through.
        else if (happened.MayBeNew && !WatchBelow(path)) return;
        hints.Add(path);
    }

    // Hidden folders, the server's own among them, are not watched: no name of an image leads there.
    static bool CanHoldImages(string folder) => NameRules.Fault(folder) is null;

    // False: it was watched, and so was what is in it.
    bool WatchBelow(string top)
    {
        var isNew = true;
        var found = new Stack<string>([top]);
        while (found.TryPop(out var folder) && !inotify.IsStopping)
        {
            if (Watch(folder) is not { } watch) continue;
            if (Add(watch, folder)) Push(found, folder);
            else if (folder == top) isNew = false;
        }

        return isNew;
    }

    int? Watch(string folder)
    {
        try
        {
            return inotify.Watch(PathOf(folder));
        }
        catch (IOException e)
        {
            failed(e);
            return null;
        }
    }

    // The images' folder itself may be reached through a link; what is in it may not.
    string PathOf(string folder) => $"{options.Folder}/{(folder.Length == 0 ? "." : folder)}";

    void Push(Stack<string> found, string folder)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        try
        {
            var names = new FileSystemEnumerable<string>(PathOf(folder), (ref FileSystemEntry entry) => prefix + entry.FileName.ToString(), NoLinks)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => entry.IsDirectory,
            };
            foreach (var name in names)
            {
                if (CanHoldImages(name)) found.Push(name);
            }
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            // It has gone, or its rights have: then there is nothing in it to be watched.
        }
    }

    // False: it is known under this very name.
    bool Add(int watch, string folder)
    {
        if (watches.TryGetValue(folder, out var old))
        {
            if (old == watch) return false;

            // Another folder had this name; that it went has not been told yet.
            folders.Remove(old);
            inotify.Forget(old);
        }

        if (folders.TryGetValue(watch, out var before)) watches.Remove(before);
        folders[watch] = folder;
        watches[folder] = watch;
        return true;
    }

    void ForgetBelow(string top)
    {
        var prefix = top + "/";
        foreach (var (folder, watch) in watches)
        {
            if (folder != top && !folder.StartsWith(prefix, StringComparison.Ordinal)) continue;
            Remove(watch, folder);
            inotify.Forget(watch);
        }
    }

    void Remove(int watch, string folder)
    {
        folders.Remove(watch);
        watches.Remove(folder);
    }
}
