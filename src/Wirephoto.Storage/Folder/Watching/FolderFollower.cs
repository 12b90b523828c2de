using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder.Watching;

/// <summary>
/// Follows what other programs do in the folder while it is served, on a thread of its own: hints are looked at once nothing happens to a path any more,
/// and everything from time to time, because hints get lost.
/// </summary>
sealed class FolderFollower : IAsyncDisposable
{
    readonly FolderStoreOptions options;
    readonly Hints hints;
    readonly ImageIndex index;
    readonly Rescan rescan;
    readonly FolderWatch? watch;
    readonly DiskThreads thread = new("follow", 1);
    readonly CancellationTokenSource stop = new();
    readonly Task work;

    /// <summary>Starts to follow.</summary>
    /// <param name="tree">The images' folder.</param>
    /// <param name="index">What is recorded.</param>
    /// <param name="records">Reads and records files.</param>
    /// <param name="hints">Takes the hints of <paramref name="watch"/>.</param>
    /// <param name="watch">Belongs to this object; null: there are no hints.</param>
    /// <param name="options">What the owner asked for.</param>
    public FolderFollower(FolderTree tree, ImageIndex index, FileRecords records, Hints hints, FolderWatch? watch, FolderStoreOptions options)
    {
        (this.options, this.index, this.hints, this.watch) = (options, index, hints, watch);
        rescan = new Rescan(tree, index, records, hints, thread, options);
        work = Task.Run(RunAsync);
    }

    async Task RunAsync()
    {
        // Half the time that a hint waits is soon enough to look for those that are due.
        using var timer = new PeriodicTimer(options.Settle > TimeSpan.FromMilliseconds(100) ? options.Settle / 2 : TimeSpan.FromMilliseconds(50), options.Clock);
        var next = Next();
        try
        {
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                var everything = hints.Take(out var paths) | options.Clock.GetUtcNow() >= next;
                await LookAsync(everything, paths);
                if (everything) next = Next();
            }
        }
        catch (OperationCanceledException)
        {
            // The store is being closed; the next start looks at everything.
        }
    }

    DateTimeOffset Next() => options.Rescan is { } interval ? options.Clock.GetUtcNow() + interval : DateTimeOffset.MaxValue;

    async Task LookAsync(bool everything, IReadOnlyList<string> paths)
    {
        try
        {
            if (index.IsDamaged)
            {
                await index.RebuildAsync(stop.Token);
                everything = true;
            }

            if (everything) await rescan.RunAsync(FolderName.Top, stop.Token);
            else await LookAsync(paths);
        }
        catch (WirephotoException e)
        {
            hints.Lose();
            options.Log(new StoreEvent(StoreEventKind.ReadFailed, "the folder could not be compared with the index; it is tried again", null, e));
        }
    }

    async Task LookAsync(IReadOnlyList<string> paths)
    {
        var names = new List<ImageName>();
        var done = "/";
        foreach (var path in paths)
        {
            // Sorted, a folder comes before what is in it, and a new one with its images is looked through once.
            if (path.StartsWith(done, StringComparison.Ordinal)) continue;

            // What can't be an image may be a folder that came or went; a look tells.
            if (ImageName.TryParse(path, options.Types, out var name)) names.Add(name);
            else if (NameRules.Fault(path) is null)
            {
                await rescan.RunAsync(FolderName.Parse(path), stop.Token);
                done = path + "/";
            }
        }

        await rescan.LookAsync(names, stop.Token);
    }

    /// <summary>Stops after the piece that is being read.</summary>
    public async ValueTask DisposeAsync()
    {
        watch?.Dispose();
        await stop.CancelAsync();
        await work;
        await thread.DisposeAsync();
        stop.Dispose();
    }
}
