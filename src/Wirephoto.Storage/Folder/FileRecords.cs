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

    /// <summary>The record of this name as it is now, or null when there is no ordinary file.</summary>
    /// <param name="name">The name.</param>
    /// <param name="twins">Whether a twin does when nothing has exactly this name.</param>
    /// <param name="cancel">Ends the reading; nothing is recorded then.</param>
    public async Task<IndexRow?> FindAsync(ImageName name, bool twins, CancellationToken cancel)
    {
        var look = await LookAsync(name, cancel);
        if (look is { Row: { } row, File: { } there } && row.Describes(there)) return row;
        if (look.Row is not null || look.File is not null)
        {
            using var turn = await names.EnterAsync(name.Key, cancel);
            if (await FindLockedAsync(name, disk, cancel) is { } found) return found;
        }

        foreach (var twin in twins ? look.Twins : [])
        {
            if (await FindAsync(twin, twins: false, cancel) is { } other) return other;
        }

        return null;
    }

    /// <summary>The same for a caller that holds the lock of the name's key.</summary>
    /// <param name="name">The exact name.</param>
    /// <param name="threads">Which threads read the file, if it must be read.</param>
    /// <param name="cancel">Ends the reading; nothing is recorded then.</param>
    public async Task<IndexRow?> FindLockedAsync(ImageName name, DiskThreads threads, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            var (row, file, _) = await LookAsync(name, cancel);
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
    /// <remarks>Blocks.</remarks>
    public IReadOnlyList<ImageName> Twins(ImageName name) => Twins(name, index.Read(reader => reader.FindKey(name.Key)));

    List<ImageName> Twins(ImageName name, IReadOnlyList<IndexRow> spellings)
    {
        var unwritten = index.Unwritten(name.Key);
        if (unwritten.Count == 0 && (spellings.Count == 0 || (spellings.Count == 1 && spellings[0].Name == name))) return [];
        return [.. spellings.Select(row => row.Name).Concat(unwritten).Distinct().Where(other => other != name && tree.Stat(other) is not null)];
    }

    Task<Look> LookAsync(ImageName name, CancellationToken cancel) => disk.RunAsync("look at an image", () => LookAt(name), cancel);

    Look LookAt(ImageName name)
    {
        // The records first: a file that comes between the two looks is seen without a record, never the other way round.
        var spellings = index.Read(reader => reader.FindKey(name.Key));
        var row = spellings.FirstOrDefault(row => row.Name == name);
        var file = tree.Stat(name);

        // What is on record was seen under this very name. Anything else may be a twin that a file system which ignores case found.
        if (row is null && file is not null && !tree.IsSpelled(name)) file = null;
        return new Look(row, file, row is null || file is null ? Twins(name, spellings) : []);
    }

    // Twins are looked for only when it may be that nothing has the exact name.
    readonly record struct Look(IndexRow? Row, FileStat? File, IReadOnlyList<ImageName> Twins);

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
