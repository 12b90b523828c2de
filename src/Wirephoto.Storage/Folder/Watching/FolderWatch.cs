namespace Wirephoto.Storage.Folder.Watching;

/// <summary>
/// Asks the system to tell what other programs do in the folder. It only gives hints: it may tell too much, too late or nothing (on network
/// file systems), and it runs out of room when much happens at once. What is true only a look at the files says.
/// </summary>
sealed class FolderWatch : IDisposable
{
    readonly Hints hints;
    readonly Action<StoreEvent> log;
    readonly FileSystemWatcher? watcher;
    bool warned;

    /// <summary>Starts to watch; a system that can't is told to the operator, and then there are no hints.</summary>
    public FolderWatch(string folder, Hints hints, Action<StoreEvent> log)
    {
        (this.hints, this.log) = (hints, log);
        try
        {
            watcher = new FileSystemWatcher(folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite };
            watcher.Created += (_, happened) => Hint(happened.Name);
            watcher.Changed += (_, happened) => Hint(happened.Name);
            watcher.Deleted += (_, happened) => Hint(happened.Name);
            watcher.Renamed += (_, happened) =>
            {
                Hint(happened.OldName);
                Hint(happened.Name);
            };
            watcher.Error += (_, happened) => Failed(happened.GetException());
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            Failed(e);
        }
    }

    void Hint(string? path)
    {
        if (string.IsNullOrEmpty(path)) return;
        if (Path.DirectorySeparatorChar != '/') path = path.Replace(Path.DirectorySeparatorChar, '/');

        // Hidden folders hold no images; in the server's own everything that happens is its own work.
        if (path[0] != '.' && !path.Contains("/.", StringComparison.Ordinal)) hints.Add(path);
    }

    void Failed(Exception cause)
    {
        hints.Lose();
        if (cause is InternalBufferOverflowException || warned) return;
        warned = true;
        var remedy = OperatingSystem.IsLinux() ? ": raise the limit with 'sysctl fs.inotify.max_user_watches=1048576' (one is needed for each folder) and 'fs.inotify.max_user_instances=1024'" : "";
        log(new StoreEvent(StoreEventKind.WatchFailed, "not everything in the folder can be watched, so changes by other programs are noticed with the next rescan" + remedy, null, cause));
    }

    /// <summary>Stops watching.</summary>
    public void Dispose() => watcher?.Dispose();
}
