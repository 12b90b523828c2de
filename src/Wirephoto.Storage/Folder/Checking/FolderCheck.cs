using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder.Checking;

/// <summary>
/// Reads all images of a folder and compares them with what a server has recorded. It changes nothing, needs no server and disturbs none: what a server
/// or another program does meanwhile is looked at a second time, after a moment, before it is reported. Memory does not grow with the folder.
/// </summary>
public sealed class FolderCheck : IAsyncDisposable
{
    const int Batch = 256;

    // A bound for memory, some 30 MB: so many may be doubtful at once before the check waits for the first of them.
    const int MostDoubts = 100_000;

    // Between the publication of an image and its record lie a few flushes, which can be slow on a busy disk.
    static readonly TimeSpan Moment = TimeSpan.FromSeconds(3);

    readonly FolderStoreOptions options;
    readonly DiskThreads thread;
    readonly FolderTree tree;
    readonly IndexReader? index;
    readonly FileCheck files;
    readonly Queue<(Finding Doubt, DateTimeOffset Until)> doubts = [];

    FolderCheck(FolderStoreOptions options, DiskThreads thread, FolderTree tree, IndexReader? index)
    {
        (this.options, this.thread, this.tree, this.index) = (options, thread, tree, index);
        files = new FileCheck(tree, index, options, thread);
    }

    /// <summary>How far it is; may be read at any time.</summary>
    public CheckProgress Progress => files.Progress;

    /// <summary>Whether there is an index: without one nothing is recorded.</summary>
    public bool HasIndex => index is not null;

    /// <summary>Opens the folder and the index in it for reading.</summary>
    /// <param name="options">The folder, its types, and how images are examined.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: the folder or the index can't be read, with what to do.</exception>
    public static async Task<FolderCheck> OpenAsync(FolderStoreOptions options, CancellationToken cancel)
    {
        options = options with { Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder)) };
        var thread = new DiskThreads("check", 1);
        try
        {
            return await thread.RunAsync("open the folder of the images", () => Open(options, thread), cancel);
        }
        catch
        {
            await thread.DisposeAsync();
            throw;
        }
    }

    static FolderCheck Open(FolderStoreOptions options, DiskThreads thread)
    {
        var tree = StoreFolders.OpenTree(options.Folder, options.OpenDisk);
        try
        {
            return new FolderCheck(options, thread, tree, ReadOnlyIndex.Open(StoreFolders.IndexPath(options.Folder), options.Types));
        }
        catch
        {
            tree.Dispose();
            throw;
        }
    }

    /// <summary>Checks everything; findings come as they are certain: first of what is recorded, in the order of names, then of what is not.</summary>
    /// <param name="found">Takes each finding.</param>
    /// <param name="cancel">Ends the check.</param>
    public async Task RunAsync(Action<Finding> found, CancellationToken cancel)
    {
        for (var last = ""; await RecordedAsync(last, cancel) is { Count: > 0 } names; last = names[^1].Text)
            await CheckAsync(names, found, cancel);

        using var walk = FolderWalk.Files(tree, FolderName.Top, options.Types, cancel).GetEnumerator();
        while (await thread.RunAsync("look through the folder", () => Unrecorded(walk), cancel) is { } names)
            await CheckAsync(names, found, cancel);
        while (doubts.Count > 0) await SettleAsync(found, cancel);
    }

    Task<List<ImageName>> RecordedAsync(string last, CancellationToken cancel) =>
        thread.RunAsync("read the index", () => index?.All(last, null, Batch).Select(row => row.Name).ToList() ?? [], cancel);

    // The unrecorded ones among the next files; null: there are no more files.
    List<ImageName>? Unrecorded(IEnumerator<FoundFile> walk)
    {
        var (names, seen) = (new List<ImageName>(), 0);
        for (; seen < Batch && walk.MoveNext(); seen++)
        {
            if (index?.Find(walk.Current.Name) is null) names.Add(walk.Current.Name);
        }

        return seen > 0 ? names : null;
    }

    async Task CheckAsync(IReadOnlyList<ImageName> names, Action<Finding> found, CancellationToken cancel)
    {
        foreach (var name in names)
        {
            if (await files.CheckAsync(name, cancel) is { } doubt) doubts.Enqueue((doubt, options.Clock.GetUtcNow() + Moment));
        }

        while (doubts.TryPeek(out var first) && (first.Until <= options.Clock.GetUtcNow() || doubts.Count >= MostDoubts)) await SettleAsync(found, cancel);
    }

    // Looks at the oldest doubt again, once its moment has passed.
    async Task SettleAsync(Action<Finding> found, CancellationToken cancel)
    {
        var (doubt, until) = doubts.Dequeue();
        var wait = until - options.Clock.GetUtcNow();
        if (wait > TimeSpan.Zero) await Task.Delay(wait, options.Clock, cancel);
        if (await files.CheckAgainAsync(doubt, cancel) is { } finding) found(finding);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await thread.DisposeAsync();
        index?.Dispose();
        tree.Dispose();
    }
}
