using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>Images as ordinary files of one folder, beside other programs that read and write there too. Dispose it after its last caller.</summary>
public sealed class FolderStore : IImageStore
{
    static readonly TimeSpan ReceiptsLast = TimeSpan.FromHours(24);

    // How often a file may change between two looks before we give up.
    const int Attempts = 3;

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

    FolderStore(FolderStoreOptions options, DiskFile folderLock, FolderTree tree, StagingArea staging, ImageIndex index, DiskThreads disk)
    {
        (this.options, this.folderLock, this.tree, this.staging, this.index, this.disk) = (options, folderLock, tree, staging, index, disk);
        // A flush can take long. On threads of their own flushes wait for each other, and nobody's piece or look waits behind them.
        flushes = new DiskThreads("flush", options.Threads);
        durable = new DurableFolders(new DirectoryFlush(flushes));
        records = new FileRecords(tree, index, names, durable, disk, options);
        commit = new FolderCommit(tree, staging, index, records, names, durable, disk, flushes, options.Clock);
        unread = new UnreadFiles(index, records, names, options.Log);
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
            var (store, receipts) = await disk.RunAsync("open the folder of the images", () => Open(options, disk), cancel);
            foreach (var receipt in receipts) await store.index.WriteAsync(new IndexChange.Remember(receipt));
            return store;
        }
        catch
        {
            await disk.DisposeAsync();
            throw;
        }
    }

    static (FolderStore Store, IReadOnlyList<Receipt> Receipts) Open(FolderStoreOptions options, DiskThreads disk)
    {
        var held = new Stack<IDisposable>();
        try
        {
            var tree = StoreFolders.OpenTree(options.Folder, options.OpenDisk);
            held.Push(tree);
            using var own = StoreFolders.OpenOwn(tree);
            var folderLock = FolderLock.Take(own);
            held.Push(folderLock);
            var staging = new StagingArea(StoreFolders.OpenIncoming(tree, own), options);
            held.Push(staging);
            var receipts = Leftovers.TakeIn(staging, tree, options);
            var index = ImageIndex.Open(
                Path.Combine(StoreFolders.OwnPath(options.Folder), "index.db"), options.Types, disk,
                () => FolderWalk.Files(tree, options.Types), options.Clock.GetUtcNow(), options.Log);
            return (new FolderStore(options, folderLock, tree, staging, index, disk), receipts);
        }
        catch
        {
            while (held.TryPop(out var thing)) thing.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel)
    {
        while (true)
        {
            // Nobody repeats the token of a direct put: it was made up for this one.
            if (intent.Resumable && await FindReceiptAsync(token, cancel) is { } receipt)
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

    /// <inheritdoc/>
    public async Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel) =>
        await FindReceiptAsync(token, cancel) is { } receipt && receipt.Owner == owner ? await FindCommittedAsync(receipt, cancel) : null;

    async Task<StoredImage?> FindCommittedAsync(Receipt receipt, CancellationToken cancel)
    {
        if (!ImageName.TryParse(receipt.Name, options.Types, out var name)) return null;
        var image = await FindAsync(name, twins: false, cancel);
        return image is not null && (receipt.Digest is null || receipt.Digest == image.Digest) ? image : null;
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
        if (await records.FindAsync(name, cancel) is { } row) return row.ToImage();
        foreach (var twin in twins ? await records.TwinsAsync(name, cancel) : [])
        {
            if (await records.FindAsync(twin, cancel) is { } other) return other.ToImage();
        }

        return null;
    }

    /// <inheritdoc/>
    public async Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await records.FindAsync(name, cancel) is not { } row) return null;
            var (file, stat) = await disk.RunAsync("open the image", () => (tree.Open(name, out var found), found), cancel);
            if (file is not null && row.Describes(stat))
            {
                if (row.State == RowState.Image) return new FolderImage(row.ToImage(), file, disk);
                file.Dispose();
                throw new WirephotoException(ErrorCode.NotAnImage, $"another program put something there that is no image: {row.Fault}");
            }

            // It was changed or removed between the two looks.
            file?.Dispose();
        }

        throw new WirephotoException(ErrorCode.StorageFailed, "another program is writing this image: try again when it is still");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel) =>
        await index.ReadAsync(
            reader => reader.FindDigest(digest).Where(row => tree.Stat(row.Name) is { } file && row.Describes(file))
                .Take(most).Select(row => row.Name.Text).ToList(),
            cancel);

    /// <inheritdoc/>
    public Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return index.ReadAsync(reader => Listing.Read(reader, folder, recursive, after, limit, index.Unremoved()), cancel);
    }

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
        if (folder is not null) await durable.FlushAsync(folder);
        await index.WriteAsync(new IndexChange.Remove(name));
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
        var result = await disk.RunAsync("remove old uploads", () => staging.Sweep(untouchedSince), cancel);
        await index.WriteAsync(new IndexChange.Forget(untouchedSince));
        return result;
    }

    /// <inheritdoc/>
    public Task<StoreStatus> StatusAsync(CancellationToken cancel) =>
        index.ReadAsync(reader => reader.Totals() is var (images, bytes) ? new StoreStatus(images, bytes, staging.FreeBytes()) : default, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await unread.DisposeAsync();
        await index.DisposeAsync();
        await flushes.DisposeAsync();
        await disk.DisposeAsync();
        staging.Dispose();
        tree.Dispose();
        folderLock.Dispose();
    }
}
