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
    /// <summary>How often a file may change between two looks before we give up.</summary>
    public const int Attempts = 3;

    /// <summary>
    /// The record of this name as it is now, or null when there is no ordinary file. Waits a moment for a file that another program may still be writing.
    /// </summary>
    /// <param name="name">The name.</param>
    /// <param name="twins">Whether a twin does when nothing has exactly this name.</param>
    /// <param name="cancel">Ends the reading; nothing is recorded then.</param>
    public async Task<IndexRow?> FindAsync(ImageName name, bool twins, CancellationToken cancel)
    {
        var look = await LookAsync(name, cancel);
        if (look is { Row: { } row, File: { } there } && row.Describes(there)) return row;
        if (look.Row is not null || look.File is not null)
        {
            // Not under the lock: nobody else needs to wait for a program that we know nothing of.
            if (look.File is { } moving && options.Unsettled(moving.Modified) is { Ticks: > 0 } rest) await Task.Delay(rest, options.Clock, cancel);
            if (await FindAsync(name, disk, cancel) is { } found) return found;
        }

        foreach (var twin in twins ? look.Twins : [])
        {
            if (await FindAsync(twin, twins: false, cancel) is { } other) return other;
        }

        return null;
    }

    /// <summary>The same without the wait, on these threads: what moves is left alone.</summary>
    public async Task<IndexRow?> FindAsync(ImageName name, DiskThreads threads, CancellationToken cancel)
    {
        using var turn = await names.EnterAsync(name.Key, cancel);
        return await FindLockedAsync(name, threads, cancel);
    }

    /// <summary>Reads the file even if its record fits, and records what its bytes are; null when it is gone, or changed meanwhile.</summary>
    public async Task<IndexRow?> VerifyAsync(ImageName name, DiskThreads threads, CancellationToken cancel)
    {
        using var turn = await names.EnterAsync(name.Key, cancel);
        var (row, file, _) = await LookAsync(name, cancel);
        return file is null || row?.Describes(file.Value) != true
            ? await FindLockedAsync(name, threads, cancel)
            : await ReadAsync(name, row, threads, static _ => true, cancel);
    }

    /// <summary>Records a new file if its structure is that of a whole image, however young it is; anything else is left for later.</summary>
    public async Task TakeInAsync(ImageName name, CancellationToken cancel)
    {
        using var turn = await names.EnterAsync(name.Key, cancel);
        await ReadAsync(name, old: null, disk, static examined => examined is { Fault: null, Facts: not null }, cancel);
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
                if (row is not null) await ForgetAsync(row);
                return null;
            }

            if (row is not null && row.Describes(file.Value)) return row;
            if (options.Unsettled(file.Value.Modified) > TimeSpan.Zero) return IndexRow.Moving(name, file.Value, row);
            if (await ReadAsync(name, row, threads, static _ => true, cancel) is { } fresh) return fresh;
            if (attempt == Attempts) throw Moving();
        }
    }

    /// <summary>The refusal of a file that does not keep still.</summary>
    public static WirephotoException Moving() => new(ErrorCode.StorageFailed, "another program is writing this image: try again when it is still");

    /// <summary>
    /// This name if it is on record, whether there is a file or not, and the names of images that are there now and differ from it only in case or Unicode form. The caller
    /// may hold the key's lock.
    /// </summary>
    /// <remarks>Blocks.</remarks>
    public IReadOnlyList<ImageName> Spellings(ImageName name)
    {
        var unwritten = index.Unwritten(name.Key);

        // Of almost every new image there is nothing on record.
        var recorded = index.ReadWritten(reader => reader.HasKey(name.Key) ? reader.FindKey(name.Key) : []);
        if (unwritten.Count == 0 && recorded.Count == 0) return [];
        return [.. recorded.Select(row => row.Name).Concat(unwritten).Distinct().Where(other => other == name || tree.Stat(other) is not null).OrderBy(other => other != name)];
    }

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

    async Task ForgetAsync(IndexRow row)
    {
        await index.WriteAsync(new IndexChange.Remove(row.Name));
        if (row.Known is not null) options.Log(new StoreEvent(StoreEventKind.Gone, "another program removed or renamed it", row.Name.Text));
    }

    // Null: the file changed while it was read, or is gone, or its bytes are not wanted.
    async Task<IndexRow?> ReadAsync(ImageName name, IndexRow? old, DiskThreads threads, Func<Examination, bool> wanted, CancellationToken cancel)
    {
        var (file, before) = await threads.RunAsync("open an image", () => (tree.Open(name, out var stat), stat), cancel);
        if (file is null) return null;
        using (file)
        {
            using var examiner = options.NewExaminer(name);
            if (await FileExamination.RunAsync(file, before.Length, examiner, threads, pace: null, cancel) is not { } examined || !wanted(examined)) return null;
            if (!await MakeDurableAsync(name, file, before, threads)) return null;
            CrashPoints.Reach(CrashPoint.ReconcileFileFlushed);

            var (row, happened) = Reading.Of(name, old, before, examined, options.Clock.GetUtcNow());
            await index.WriteAsync(new IndexChange.Put(row));
            CrashPoints.Reach(CrashPoint.ReconcileFileRecorded);
            if (happened is not null) options.Log(happened);
            return row;
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
