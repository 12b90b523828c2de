using System.Globalization;
using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder.Watching;

/// <summary>
/// Reads all recorded images again while they are served, slowly and round and round in the order of names, and finds those whose bytes
/// are not the recorded ones any more. While uploads arrive it goes at a tenth of its rate. It goes on after a restart where it was.
/// </summary>
sealed class Scrub : IAsyncDisposable
{
    const int Batch = 64;

    // What opening a file costs a disk, in bytes that it could have read meanwhile; so that many small files don't take all of its time.
    const int BytesPerFile = 16 * 1024;

    // A small folder is read through in a moment: more often than every hour tells nobody anything new.
    static readonly TimeSpan RoundPause = TimeSpan.FromHours(1), FailurePause = TimeSpan.FromMinutes(1);

    readonly FolderTree tree;
    readonly ImageIndex index;
    readonly FileRecords records;
    readonly StagingArea staging;
    readonly ScrubPosition position;
    readonly FolderStoreOptions options;
    readonly double rate;
    readonly Task unread;
    readonly DiskThreads thread = new("scrub", 1);
    readonly CancellationTokenSource stop = new();
    readonly Task work;
    TimeSpan debt;
    long files, damaged;

    /// <summary>Starts to read, this many bytes in a second, once <paramref name="unread"/> is done: what has no digest yet can't be compared with one.</summary>
    public Scrub(FolderTree tree, ImageIndex index, FileRecords records, StagingArea staging, FolderStoreOptions options, long rate, Task unread)
    {
        (this.tree, this.index, this.records, this.staging, this.options, this.rate, this.unread) = (tree, index, records, staging, options, rate, unread);
        position = new ScrubPosition(tree);
        work = Task.Run(RunAsync);
    }

    async Task RunAsync()
    {
        try
        {
            await unread.WaitAsync(stop.Token);
            var last = await thread.RunAsync("read where the scrub was", position.Read, stop.Token);
            while (true) last = await BatchAsync(last);
        }
        catch (OperationCanceledException)
        {
            // The store is being closed; the next start goes on.
        }
    }

    // The name to go on behind.
    async Task<string> BatchAsync(string last)
    {
        try
        {
            var rows = await thread.RunAsync("read the index", () => index.Read(reader => reader.All(last, null, Batch)), stop.Token);
            foreach (var row in rows.Where(row => row.State is RowState.Image or RowState.Damaged)) await VerifyAsync(row);
            last = rows.Count > 0 ? rows[^1].Name.Text : "";
            await thread.RunAsync("note where the scrub is", () => position.Write(last), stop.Token);
            if (rows.Count > 0) return last;
            Report();
            await Task.Delay(RoundPause, options.Clock, stop.Token);
        }
        catch (WirephotoException e)
        {
            options.Log(new StoreEvent(StoreEventKind.ReadFailed, "the scrub could not go on; it is tried again", null, e));
            await Task.Delay(FailurePause, options.Clock, stop.Token);
        }

        return last;
    }

    async Task VerifyAsync(IndexRow row)
    {
        try
        {
            files++;
            await PaceAsync(BytesPerFile);
            if (await FitsAsync(row)) return;

            // Only now under the lock of the name, at full speed: nobody waits for a slow reading, and what changed meanwhile is no damage.
            if (await records.VerifyAsync(row.Name, thread, stop.Token) is { State: RowState.Damaged }) damaged++;
        }
        catch (WirephotoException e)
        {
            damaged++;
            options.Log(new StoreEvent(StoreEventKind.ReadFailed, e.Message, row.Name.Text, e));
        }
    }

    async Task<bool> FitsAsync(IndexRow row)
    {
        var (file, stat) = await thread.RunAsync("open an image", () => (tree.Open(row.Name, out var found), found), stop.Token);
        if (file is null) return false;
        using (file)
        {
            if (!row.Describes(stat)) return false;
            using var examiner = options.NewExaminer(row.Name);

            // From the medium, not from memory; and what is read here must not push out what clients ask for.
            file.ForgetCached();
            var examined = await FileExamination.RunAsync(file, stat.Length, examiner, thread, PaceAsync, stop.Token);
            file.ForgetCached();
            return row.State == RowState.Image && examined?.Digest == row.Digest;
        }
    }

    async ValueTask PaceAsync(int count)
    {
        debt += TimeSpan.FromSeconds(count / rate * (staging.Space.IsPromised ? 10 : 1));

        // Timers are no finer than some milliseconds: small waits are saved up.
        if (debt < TimeSpan.FromMilliseconds(20)) return;
        var wait = debt;
        debt = TimeSpan.Zero;
        await Task.Delay(wait, options.Clock, stop.Token);
    }

    void Report()
    {
        var message = string.Create(CultureInfo.InvariantCulture, $"all images were read once: {files} images, {damaged} of them damaged or unreadable");
        options.Log(new StoreEvent(StoreEventKind.Scrubbed, message));
        (files, damaged) = (0, 0);
    }

    /// <summary>Stops after the piece that is being read.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await work;
        await thread.DisposeAsync();
        position.Dispose();
        stop.Dispose();
    }
}
