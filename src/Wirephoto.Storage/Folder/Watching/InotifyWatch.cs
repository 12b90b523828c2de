using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Disk.Linux;

namespace Wirephoto.Storage.Folder.Watching;

/// <summary>Hints from the kernel of Linux, on a thread of its own that sleeps while nothing happens, and wakes ten times a second at most however much does.</summary>
sealed class InotifyWatch : FolderWatch
{
    // Every wake-up costs as much as a small image, and a hint waits for seconds anyway.
    static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(100);

    // A longer record than the kernel makes: its head, and a name of 255 bytes with the zero behind it.
    const int MostBytesOfEvent = 16 + 256;

    readonly Inotify? inotify;
    readonly WatchedFolders? folders;
    readonly Thread? thread;

    /// <summary>Watches all folders, then starts to read.</summary>
    public InotifyWatch(FolderStoreOptions options, Hints hints)
        : base(hints, options.Log)
    {
        try
        {
            inotify = new Inotify();
            folders = new WatchedFolders(inotify, options, hints, Failed);
            folders.WatchAll();
            thread = new Thread(Read) { IsBackground = true, Name = "watch" };
            thread.Start();
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            Failed(e);
        }
    }

    void Read()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (inotify!.Wait() && inotify.Pause(Gather))
            {
                int count;
                do
                {
                    count = inotify.Read(buffer);
                    folders!.Take(buffer.AsSpan(0, count));
                }
                while (count > buffer.Length - MostBytesOfEvent);
            }
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            Failed(e);
        }
    }

    void Failed(Exception cause) => Failed(
        cause, ": raise the limit with 'sysctl fs.inotify.max_user_watches=1048576' (one is needed for each folder) and 'fs.inotify.max_user_instances=1024'");

    /// <inheritdoc/>
    public override void Dispose()
    {
        inotify?.Stop();
        thread?.Join();
        inotify?.Dispose();
    }
}
