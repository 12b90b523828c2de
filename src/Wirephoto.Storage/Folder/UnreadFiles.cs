using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Storage.Folder.Watching;

namespace Wirephoto.Storage.Folder;

/// <summary>Reads, one after the other and on a thread of its own, the files that nobody has read yet, so that uploads and downloads never wait for it.</summary>
sealed class UnreadFiles : IAsyncDisposable
{
    const int Batch = 64;

    readonly ImageIndex index;
    readonly FileRecords records;
    readonly Hints hints;
    readonly Action<StoreEvent> log;
    readonly DiskThreads thread = new("unread", 1);
    readonly CancellationTokenSource stop = new();

    public UnreadFiles(ImageIndex index, FileRecords records, Hints hints, Action<StoreEvent> log)
    {
        (this.index, this.records, this.hints, this.log) = (index, records, hints, log);
        Work = Task.Run(ReadAllAsync);
    }

    /// <summary>Ends when all that were there at the start have been read, or looked at in vain.</summary>
    public Task Work { get; }

    async Task ReadAllAsync()
    {
        var last = "";
        try
        {
            while (await index.ReadAsync(reader => reader.Unread(last, Batch), stop.Token) is { Count: > 0 } rows)
            {
                foreach (var row in rows) await ReadAsync(row);
                last = rows[^1].Name.Text;
            }
        }
        catch (OperationCanceledException)
        {
            // The store is being closed; the next start goes on.
        }
        catch (WirephotoException e)
        {
            log(new StoreEvent(StoreEventKind.ReadFailed, "the files that nobody has read yet could not be found: they are read when they are asked for", null, e));
        }
    }

    async Task ReadAsync(IndexRow row)
    {
        try
        {
            // What another program is still writing is looked at later.
            if (await records.FindAsync(row.Name, thread, stop.Token) is { State: RowState.Unread }) hints.Add(row.Name.Text);
        }
        catch (WirephotoException e)
        {
            log(new StoreEvent(StoreEventKind.ReadFailed, e.Message, row.Name.Text, e));
        }
    }

    /// <summary>Stops after the piece that is being read.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Work;
        await thread.DisposeAsync();
        stop.Dispose();
    }
}
