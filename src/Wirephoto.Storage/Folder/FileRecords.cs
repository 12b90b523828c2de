using System.Buffers;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// What is true of a file now. The file itself decides: a record that fits its length and time is believed, any other file is read
/// through, flushed and recorded anew, and the record of a file that is gone is removed. So other programs can add, change and
/// remove images at any time.
/// </summary>
sealed class FileRecords(FolderTree tree, ImageIndex index, NameLocks names, DurableFolders durable, DiskThreads disk, FolderStoreOptions options)
{
    const int PieceBytes = 256 * 1024;
    const int Attempts = 3;

    /// <summary>The record of exactly this name as it is now, or null when there is no ordinary file.</summary>
    public async Task<IndexRow?> FindAsync(ImageName name, CancellationToken cancel)
    {
        var (row, file) = await LookAsync(name, cancel);
        if (row is null && file is null) return null;
        if (row is not null && file is { } there && row.Describes(there)) return row;
        using var turn = await names.EnterAsync(name.Key, cancel);
        return await FindLockedAsync(name, disk, cancel);
    }

    /// <summary>The same for a caller that holds the lock of the name's key.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="threads">Which threads read the file, if it must be read.</param>
    /// <param name="cancel">Ends the reading; nothing is recorded then.</param>
    public async Task<IndexRow?> FindLockedAsync(ImageName name, DiskThreads threads, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (row, file) = await LookAsync(name, cancel);
            if (file is null)
            {
                if (row is not null) await index.WriteAsync(new IndexChange.Remove(name));
                return null;
            }

            if (row is not null && row.Describes(file.Value)) return row;
            if (await ReadAsync(name, row, threads, cancel) is { } fresh) return fresh;
            if (attempt == Attempts) throw new WirephotoException(ErrorCode.StorageFailed, "another program is writing this image: try again when it is still");
        }
    }

    /// <summary>Images whose names differ from this one only in case or Unicode form and that are there now. The caller may hold the key's lock.</summary>
    public async Task<IReadOnlyList<ImageName>> TwinsAsync(ImageName name, CancellationToken cancel)
    {
        var unwritten = index.Unwritten(name.Key);
        return await disk.RunAsync("look for twins", () =>
        {
            var spellings = index.Read(reader => reader.FindKey(name.Key)).Select(row => row.Name).Concat(unwritten).Distinct();
            return spellings.Where(other => other != name && tree.Stat(other) is not null).ToList();
        }, cancel);
    }

    Task<(IndexRow? Row, FileStat? File)> LookAsync(ImageName name, CancellationToken cancel) => disk.RunAsync("look at an image", () => Look(name), cancel);

    (IndexRow? Row, FileStat? File) Look(ImageName name)
    {
        // The record first: a file that comes between the two looks is seen without a record, never the other way round.
        var row = index.Read(reader => reader.Find(name));
        var file = tree.Stat(name);

        // What is on record was seen under this very name. Anything else may be a twin that a file system which ignores case found.
        return (row, row is not null || file is null || tree.IsSpelled(name) ? file : null);
    }

    // Null: the file changed while it was read, or is gone.
    async Task<IndexRow?> ReadAsync(ImageName name, IndexRow? old, DiskThreads threads, CancellationToken cancel)
    {
        var (file, before) = await threads.RunAsync("open an image", () => (tree.Open(name, out var stat), stat), cancel);
        if (file is null) return null;
        using (file)
        {
            using var examiner = options.NewExaminer(name);
            if (!await ExamineAsync(file, before.Length, examiner, threads, cancel)) return null;
            var examined = examiner.Complete();
            if (!await MakeDurableAsync(name, file, before, threads)) return null;
            CrashPoints.Reach(CrashPoint.ReconcileFileFlushed);

            var stored = old is { State: RowState.Unread } && old.Length == before.Length && old.ModifiedTicks == before.ModifiedTicks
                ? old.Stored : options.Clock.GetUtcNow();
            var state = examined.Fault is null ? RowState.Image : RowState.NoImage;
            var row = new IndexRow(
                name, before.Length, before.ModifiedTicks, examined.Digest, examined.Facts, stored, Durable: true, state, examined.Fault?.Message);
            if (examined.Fault is not null) options.Log(new StoreEvent(StoreEventKind.NotAnImage, examined.Fault.Message, name.Text));
            await index.WriteAsync(new IndexChange.Put(row));
            CrashPoints.Reach(CrashPoint.ReconcileFileRecorded);
            return row;
        }
    }

    static async Task<bool> ExamineAsync(DiskFile file, long length, ImageExaminer examiner, DiskThreads threads, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (long at = 0; at < length;)
            {
                var wanted = (int)Math.Min(PieceBytes, length - at);
                var count = await threads.RunAsync("read an image", () => file.Read(buffer.AsSpan(0, wanted), at), cancel);
                if (count == 0) return false;
                examiner.Append(buffer.AsSpan(0, count));
                at += count;
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Another program wrote it, and nobody knows whether it flushed: before it counts as durable, we do. The second look comes
    // after the flush, so that what was written meanwhile does not go by the digest of what was read.
    async Task<bool> MakeDurableAsync(ImageName name, DiskFile file, FileStat before, DiskThreads threads)
    {
        using var folder = await threads.RunAsync("flush an image", () =>
        {
            file.Flush();
            return file.Stat().SameContent(before) ? tree.OpenTarget(name.Folder, durable.IsKnown) : null;
        }, CancellationToken.None);
        if (folder is null) return false;
        await durable.FlushAsync(folder);
        return await threads.RunAsync("look at an image", () => tree.Stat(name) is { } now && now.Identity == before.Identity && now.SameContent(before), CancellationToken.None);
    }
}
