namespace Wirephoto.Storage.Folder.Watching;

/// <summary>Hints from what .NET offers on every system.</summary>
sealed class SystemWatch : FolderWatch
{
    readonly Hints hints;
    readonly FileSystemWatcher? watcher;

    /// <summary>Starts to watch.</summary>
    public SystemWatch(FolderStoreOptions options, Hints hints)
        : base(hints, options.Log)
    {
        this.hints = hints;
        try
        {
            watcher = new FileSystemWatcher(options.Folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite };
            watcher.Created += (_, happened) => Hint(happened.Name);
            watcher.Changed += (_, happened) => Hint(happened.Name);
            watcher.Deleted += (_, happened) => Hint(happened.Name);
            watcher.Renamed += (_, happened) =>
            {
                Hint(happened.OldName);
                Hint(happened.Name);
            };
            watcher.Error += (_, happened) => Lost(happened.GetException());
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or PlatformNotSupportedException)
        {
            Failed(e, remedy: "");
        }
    }

    void Hint(string? path)
    {
        if (string.IsNullOrEmpty(path)) return;
        if (Path.DirectorySeparatorChar != '/') path = path.Replace(Path.DirectorySeparatorChar, '/');

        // Hidden folders hold no images; in the server's own everything that happens is its own work.
        if (path[0] != '.' && !path.Contains("/.", StringComparison.Ordinal)) hints.Add(path);
    }

    void Lost(Exception cause)
    {
        hints.Lose();
        if (cause is not InternalBufferOverflowException) Failed(cause, remedy: "");
    }

    /// <inheritdoc/>
    public override void Dispose() => watcher?.Dispose();
}
