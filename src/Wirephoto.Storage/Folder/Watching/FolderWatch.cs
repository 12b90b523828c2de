namespace Wirephoto.Storage.Folder.Watching;

/// <summary>
/// Asks the system to tell what other programs do in the folder. It only gives hints: it may tell too much, too late or nothing (on network
/// file systems), and it runs out of room when much happens at once. What is true only a look at the files says.
/// </summary>
abstract class FolderWatch(Hints hints, Action<StoreEvent> log) : IDisposable
{
    bool warned;

    /// <summary>Starts to watch, in the way that suits the system; a system that can't is told to the operator, and then there are no hints.</summary>
    public static FolderWatch Start(FolderStoreOptions options, Hints hints) =>
        OperatingSystem.IsLinux() ? new InotifyWatch(options, hints) : new SystemWatch(options, hints);

    /// <summary>Something can't be watched: everything is looked through once, and the operator is told once.</summary>
    /// <param name="cause">Why.</param>
    /// <param name="remedy">What to do about it, as it goes on after the message.</param>
    protected void Failed(Exception cause, string remedy)
    {
        if (warned) return;
        warned = true;
        hints.Lose();
        log(new StoreEvent(StoreEventKind.WatchFailed, "not everything in the folder can be watched, so changes by other programs are noticed with the next rescan" + remedy, null, cause));
    }

    /// <summary>Stops watching.</summary>
    public abstract void Dispose();
}
