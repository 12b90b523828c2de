using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Storage.Folder.Watching;

namespace Wirephoto.Storage.Folder;

/// <summary>Images as ordinary files of one folder, beside other programs that read and write there too. Dispose it after its last caller.</summary>
public sealed class FolderStore : IImageStore
{
    static readonly TimeSpan ReceiptsLast = TimeSpan.FromHours(24);

    // What is on its way already when it is refused: up to here an early refusal wins nothing.
    const long SmallImage = 256 * 1024;

    readonly FolderStoreOptions options;
    readonly DiskFile folderLock;
    readonly FolderTree tree;
    readonly StagingArea staging;
    readonly ImageIndex index;
    readonly DiskThreads disk;
    readonly DiskThreads flushes;
    readonly NameLocks names = new();
    readonly DurableFolders durable;
    readonly FileRecords records;
    readonly FolderCommit commit;
    readonly UnreadFiles unread;
    readonly FolderFollower follower;
    readonly Scrub? scrub;

    FolderStore(FolderStoreOptions options, DiskFile folderLock, FolderTree tree, StagingArea staging, ImageIndex index, Hints hints, FolderWatch? watch, DiskThreads disk)
    {
        (this.options, this.folderLock, this.tree, this.staging, this.index, this.disk) = (options, folderLock, tree, staging, index, disk);
        // A flush can take long. On threads of their own flushes wait for each other, and nobody's piece or look waits behind them.
        flushes = new DiskThreads("flush", options.Threads);
        durable = new DurableFolders(new DirectoryFlush(flushes));
        records = new FileRecords(tree, index, names, durable, disk, options);
        commit = new FolderCommit(tree, staging, index, records, names, durable, disk, flushes, options.Clock);
        unread = new UnreadFiles(index, records, hints, options.Log);
        follower = new FolderFollower(tree, index, records, hints, watch, options);
        scrub = options.ScrubRate is { } rate ? new Scrub(tree, index, records, staging, options, rate, unread.Work) : null;
    }

    /// <summary>
    /// Takes the folder, tries out that it can be written, finds out what is in it, and serves; what nobody has read yet is read
    /// in the background and on demand.
    /// </summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: the folder is missing, can't be written, or another server has it.</exception>
    public static async Task<FolderStore> OpenAsync(FolderStoreOptions options, CancellationToken cancel)
    {
        NameKey.EnsureRuntimeNormalizes();
        options = options with { Folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Folder)) };
        var disk = new DiskThreads("disk", options.Threads);
        try
        {
            var (store, receipts) = await disk.RunAsync("open the folder of the images", () => Open(options, disk, cancel), cancel);
            await store.TakeInYoungAsync(cancel);
            foreach (var receipt in receipts) await store.index.WriteAsync(new IndexChange.Remember(receipt));
            CrashPoints.Reach(CrashPoint.StartReceiptsRecorded);
            return store;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    static (FolderStore Store, IReadOnlyList<Receipt> Receipts) Open(FolderStoreOptions options, DiskThreads disk, CancellationToken cancel)
    {
        var held = new Stack<IDisposable>();
        try
        {
            var tree = StoreFolders.OpenTree(options.Folder, options.OpenDisk);
            held.Push(tree);
            using var own = StoreFolders.OpenOwn(tree);
            var folderLock = StartStep.Run("lock .wirephoto/lock", "Remove what is in its place.", () => FolderLock.Take(own));
            held.Push(folderLock);
            CrashPoints.Reach(CrashPoint.StartLocked);
            var (incoming, nameless) = StoreFolders.OpenIncoming(tree, own);
            var staging = new StagingArea(incoming, nameless, options);
            held.Push(staging);
            var receipts = Leftovers.TakeIn(staging, tree, options);

            // The watch before the walk: what changes behind the walk's back is hinted at.
            var hints = new Hints(options.Clock, options.Settle);
            var watch = options.Watch ? FolderWatch.Start(options, hints) : null;
            if (watch is not null) held.Push(watch);
            var index = ImageIndex.Open(
                StoreFolders.IndexPath(options.Folder), options, disk, () => FolderWalk.Files(tree, FolderName.Top, options.Types, cancel));
            foreach (var name in index.Young) hints.Add(name);

            // There may be more of them than were named.
            if (index.Young.Count == IndexReconcile.MostNames) hints.Lose();
            return (new FolderStore(options, folderLock, tree, staging, index, hints, watch, disk), receipts);
        }
        catch
        {
            while (held.TryPop(out var thing)) thing.Dispose();
            throw;
        }
    }

    // Files that were written just before the start: an image that a killed server had published is one of them.
    async Task TakeInYoungAsync(CancellationToken cancel)
    {
        foreach (var text in index.Young)
        {
            if (!ImageName.TryParse(text, options.Types, out var name)) continue;
            try
            {
                await records.TakeInAsync(name, cancel);
            }
            catch (WirephotoException e)
            {
                options.Log(new StoreEvent(StoreEventKind.ReadFailed, e.Message, text, e));
            }
        }
    }

    /// <inheritdoc/>
    public async Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel)
    {
        if (!intent.Resumable) return await BeginDirectAsync(token, intent, cancel);
        while (true)
        {
            if (await FindReceiptAsync(token, cancel) is { } receipt)
            {
                if (!Fits(receipt, intent)) throw new WirephotoException(ErrorCode.UploadConflict, "this upload token belongs to another image");
                if (await FindCommittedAsync(receipt, cancel) is { } image) return new CommittedUpload(intent, image);
            }

            var upload = staging.FindOrAdd(token, intent);
            if (await disk.RunAsync("begin the upload", () => staging.TakeOver(upload, token, intent, tree), cancel) is { } ticket)
                return new FolderUpload(ticket, staging, commit, disk, options.Clock);

            // The older handle is committing, which waits for the disk and for nobody else. Then there is an image, or an upload to go on with.
            if (upload.Committing is { } committing) await committing.WaitAsync(cancel);
        }
    }

    // One that nobody can go on with. A small one does not touch the disk before its bytes are there.
    async Task<IUpload> BeginDirectAsync(UploadToken token, UploadIntent intent, CancellationToken cancel)
    {
        var upload = new StagedUpload(token, intent);
        var ticket = new FolderUploadTicket(upload, upload.TakeOver(), intent, Offset: 0);
        if (intent.Length > SmallImage) await disk.RunAsync("begin the upload", () => staging.OpenDirect(upload), cancel);
        return new FolderUpload(ticket, staging, commit, disk, options.Clock);
    }

    /// <inheritdoc/>
    public async Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel) =>
        await FindReceiptAsync(token, cancel) is { } receipt && receipt.Owner == owner ? await FindCommittedAsync(receipt, cancel) : null;

    async Task<StoredImage?> FindCommittedAsync(Receipt receipt, CancellationToken cancel)
    {
        if (!ImageName.TryParse(receipt.Name, options.Types, out var name)) return null;
        var image = await FindAsync(name, twins: false, cancel);
        return image is { Damaged: false } && (receipt.Digest is null || receipt.Digest == image.Digest) ? image : null;
    }

    async Task<Receipt?> FindReceiptAsync(UploadToken token, CancellationToken cancel) =>
        await index.ReadAsync(reader => reader.FindReceipt(token), cancel) is { } receipt && receipt.At >= options.Clock.GetUtcNow() - ReceiptsLast
            ? receipt : null;

    static bool Fits(Receipt receipt, UploadIntent intent) =>
        receipt.Owner == intent.Owner && receipt.Name == intent.Name.Text && receipt.Length == intent.Length
        && (receipt.Digest is null || intent.Digest is null || receipt.Digest == intent.Digest);

    /// <inheritdoc/>
    public async Task<StoredImage?> FindAsync(ImageName name, bool twins, CancellationToken cancel)
    {
        var row = await records.FindAsync(name, twins, cancel);
        return row?.ToImage();
    }

    /// <inheritdoc/>
    public async Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel)
    {
        IndexRow? fresh = null;
        for (var attempt = 0; attempt < FileRecords.Attempts; attempt++)
        {
            // The record and the file in one visit; where they disagree, somebody has to read the file first.
            var (row, file) = await disk.RunAsync("open the image", () => OpenRecorded(name, fresh), cancel);
            if (row is { State: RowState.Image }) return new FolderImage(row.ToImage(), file!, disk);
            file?.Dispose();

            // Somebody may have brought the right bytes back, under their old date. Reading them costs no more than sending them.
            if (row is { State: RowState.Damaged }) fresh = await records.VerifyAsync(name, disk, cancel);
            else if (row is not null) throw Refusal(row);
            else if ((fresh = await records.FindAsync(name, twins: false, cancel)) is null) return null;
            if (fresh is { State: RowState.Damaged } && row is not null) throw Refusal(fresh);
            if (fresh is { State: RowState.Unread }) break;
        }

        throw FileRecords.Moving();
    }

    // Nothing when the record is not of the file that is there now. A fresh record may not have got into the index.
    (IndexRow? Row, DiskFile? File) OpenRecorded(ImageName name, IndexRow? fresh)
    {
        if ((fresh ?? index.Read(reader => reader.Find(name))) is not { } row) return default;
        var file = tree.Open(name, out var stat);
        if (file is not null && row.Describes(stat)) return (row, file);
        file?.Dispose();
        return default;
    }

    static WirephotoException Refusal(IndexRow row) => row.State == RowState.Damaged
        ? new WirephotoException(ErrorCode.Damaged, $"the stored bytes are not the recorded ones any more: {row.Fault}")
        : new WirephotoException(ErrorCode.NotAnImage, $"another program put something there that is no image: {row.Fault}");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel) =>
        await index.ReadAsync(
            reader => reader.FindDigest(digest).Where(row => tree.Stat(row.Name) is { } file && row.Describes(file))
                .Take(most).Select(row => row.Name.Text).ToList(),
            cancel);

    /// <inheritdoc/>
    public Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel) =>
        index.ReadAsync(reader => ListPage.Of(Listing.Read(reader, folder, recursive, after, index.Unremoved()), limit), cancel);

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(ImageName name, Digest? digest, CancellationToken cancel)
    {
        using var turn = await names.EnterAsync(name.Key, cancel);
        // Without a digest nobody needs to read what is going to be removed.
        var isThere = digest is null && await disk.RunAsync("look at the image", () => tree.Stat(name) is not null && tree.IsSpelled(name), cancel);
        if (!isThere)
        {
            if (await records.FindLockedAsync(name, disk, cancel) is not { } row) return false;
            if (digest is not null && digest != row.Digest)
                throw new WirephotoException(ErrorCode.Changed, "the stored image is another one than the digest says");
        }

        using var folder = await disk.RunAsync("remove the image", () => Unlink(name), CancellationToken.None);
        CrashPoints.Reach(CrashPoint.DeleteUnlinked);
        if (folder is not null) await durable.FlushAsync(folder);
        CrashPoints.Reach(CrashPoint.DeleteFlushed);
        await index.WriteAsync(new IndexChange.Remove(name));
        CrashPoints.Reach(CrashPoint.DeleteRecorded);
        return folder is not null;
    }

    // Null: another program was faster.
    TargetFolder? Unlink(ImageName name)
    {
        if (tree.OpenTarget(name.Folder, durable.IsKnown) is not { } folder) return null;
        try
        {
            if (folder.Folder.Unlink(name.FileName)) return folder;
        }
        catch
        {
            folder.Dispose();
            throw;
        }

        folder.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public async Task<SweepResult> SweepAsync(DateTimeOffset untouchedSince, CancellationToken cancel)
    {
        CrashPoints.Reach(CrashPoint.SweepBegun);
        var result = await disk.RunAsync("remove old uploads", () => staging.Sweep(untouchedSince), cancel);
        await index.WriteAsync(new IndexChange.Forget(untouchedSince));
        CrashPoints.Reach(CrashPoint.SweepReceiptsForgotten);
        return result;
    }

    /// <inheritdoc/>
    public Task<StoreStatus> StatusAsync(CancellationToken cancel) =>
        index.ReadAsync(reader => reader.Totals() is var (images, bytes) ? new StoreStatus(images, bytes, staging.Space.Available) : default, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (scrub is not null) await scrub.DisposeAsync();
        await follower.DisposeAsync();
        await unread.DisposeAsync();
        await index.DisposeAsync();
        CrashPoints.Reach(CrashPoint.DrainIndexClosed);
        await flushes.DisposeAsync();
        await disk.DisposeAsync();
        staging.Dispose();
        tree.Dispose();
        CrashPoints.Reach(CrashPoint.DrainStoreClosed);
        folderLock.Dispose();
    }
}
