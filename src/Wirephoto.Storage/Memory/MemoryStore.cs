using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Memory;

/// <summary>Images in memory, with every promise but that of surviving: for tests, and as the plainest reading of the contract.</summary>
public sealed class MemoryStore(TimeProvider clock) : IImageStore
{
    static readonly TimeSpan ReceiptsLast = TimeSpan.FromHours(24);

    readonly Lock gate = new();
    readonly SortedDictionary<string, MemoryImage> images = new(Utf8Order.Instance);
    readonly Dictionary<string, string> namesByKey = new(StringComparer.Ordinal);
    readonly Dictionary<UploadToken, MemoryUploadState> uploads = [];
    readonly Dictionary<UploadToken, MemoryReceipt> receipts = [];

    /// <summary>Bytes that fit, images and unfinished uploads together.</summary>
    public long Capacity { get; init; } = long.MaxValue;

    /// <summary>Unfinished uploads at most.</summary>
    public int MaxUploads { get; init; } = 10_000;

    /// <inheritdoc/>
    public Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel) => Guarded<IUpload>(() =>
    {
        if (Receipt(token) is { } receipt)
        {
            if (!Same(receipt.Intent, intent) || receipt.Intent.Owner != intent.Owner) throw Conflict();
            if (Committed(receipt) is { } image) return new CommittedUpload(intent, image);
        }

        var upload = uploads.GetValueOrDefault(token);
        if (upload is not null && (!Same(upload.Intent, intent) || upload.Intent.Owner != intent.Owner)) throw Conflict();
        upload ??= intent is { Resumable: true, Digest: not null } ? uploads.Values.FirstOrDefault(other => Continues(other.Intent, intent)) : null;
        if (upload is null && uploads.Count >= MaxUploads)
            throw new WirephotoException(ErrorCode.TooManyUploads, $"there are {MaxUploads} unfinished uploads already");
        EnsureFits(intent.Length - (upload?.Bytes.Length ?? 0), upload);

        if (upload is null) upload = new MemoryUploadState(token, intent);
        else uploads.Remove(upload.Token);
        upload.Token = token;
        upload.Intent = intent with { Digest = intent.Digest ?? upload.Intent.Digest };
        uploads.Add(token, upload);
        upload.Touched = clock.GetUtcNow();
        return new MemoryUpload(this, upload, upload.TakeOver());
    });

    /// <inheritdoc/>
    public Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel) =>
        Guarded(() => Receipt(token) is { } receipt && receipt.Intent.Owner == owner ? Committed(receipt) : null);

    /// <inheritdoc/>
    public Task<StoredImage?> FindAsync(ImageName name, bool twins, CancellationToken cancel) => Guarded(() => Find(name, twins)?.Image);

    /// <inheritdoc/>
    public Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel) =>
        Guarded<OpenImage?>(() => Find(name, twins: false) is { } image ? new OpenMemoryImage(image) : null);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel) => Guarded<IReadOnlyList<string>>(
        () => [.. images.Values.Where(image => image.Image.Digest == digest).Take(most).Select(image => image.Image.Name.Text)]);

    /// <inheritdoc/>
    public Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel) =>
        Guarded(() => MemoryListing.Page(images.Values.Select(image => image.Image), folder, recursive, after, limit));

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(ImageName name, Digest? digest, CancellationToken cancel) => Guarded(() =>
    {
        if (Find(name, twins: false) is not { } image) return false;
        if (digest is not null && digest != image.Image.Digest)
            throw new WirephotoException(ErrorCode.Changed, "the stored image is another one than the digest says");
        namesByKey.Remove(name.Key);
        return images.Remove(name.Text);
    });

    /// <inheritdoc/>
    public Task<SweepResult> SweepAsync(DateTimeOffset untouchedSince, CancellationToken cancel) => Guarded(() =>
    {
        var old = uploads.Values.Where(upload => !upload.InUse && upload.Touched < untouchedSince).ToList();
        foreach (var upload in old) Remove(upload);
        foreach (var (token, receipt) in receipts.ToList())
        {
            if (receipt.At < untouchedSince) receipts.Remove(token);
        }

        return new SweepResult(old.Count, old.Sum(upload => upload.Bytes.Length));
    });

    /// <inheritdoc/>
    public Task<StoreStatus> StatusAsync(CancellationToken cancel) => Guarded(
        () => new StoreStatus(images.Count, images.Values.Sum(image => image.Image.Length), Capacity == long.MaxValue ? long.MaxValue : Capacity - Used()));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Runs one step of an upload's handle, all others excluded, if the handle is still the newest.</summary>
    internal Task<T> StepAsync<T>(MemoryUploadState upload, long fence, Func<T> step) => Guarded(() =>
    {
        if (upload.Fence != fence) throw new WirephotoException(ErrorCode.TakenOver, "a newer connection goes on with this upload");
        if (upload.Removed) throw new WirephotoException(ErrorCode.UnknownUpload, "this upload has ended");
        upload.Touched = clock.GetUtcNow();
        return step();
    });

    /// <summary>Refuses bytes that don't fit. Called within a step.</summary>
    internal void EnsureFits(long bytes, MemoryUploadState? upload)
    {
        var reserved = uploads.Values.Where(other => other.InUse && other != upload).Sum(other => other.Intent.Length - other.Bytes.Length);
        var missing = bytes - (Capacity - Used() - reserved);
        if (Capacity != long.MaxValue && missing > 0)
            throw new WirephotoException(ErrorCode.StorageFull, "the memory is full") { Details = new ErrorDetails { Limit = missing } };
    }

    /// <summary>Publishes an upload. Called within a step.</summary>
    internal CommitResult Commit(MemoryUploadState upload, Examination examined)
    {
        Remove(upload);
        var intent = upload.Intent;
        if (Find(intent.Name, twins: true) is { } taken) return new CommitResult(taken.Image, Won: false);
        var now = clock.GetUtcNow();
        var image = new StoredImage(intent.Name, intent.Length, examined.Digest, examined.Facts, (intent.Modified ?? now).ToUniversalTime(), now, Durable: true);
        images.Add(intent.Name.Text, new MemoryImage(image, upload.Bytes.ToArray()));
        namesByKey.Add(intent.Name.Key, intent.Name.Text);
        receipts[upload.Token] = new MemoryReceipt(intent with { Digest = examined.Digest }, now);
        return new CommitResult(image, Won: true);
    }

    /// <summary>Forgets an upload. Called within a step.</summary>
    internal void Remove(MemoryUploadState upload)
    {
        upload.Removed = true;
        uploads.Remove(upload.Token);
    }

    /// <summary>A handle is disposed.</summary>
    internal void LetGo(MemoryUploadState upload, long fence)
    {
        lock (gate)
        {
            if (upload.Fence != fence || upload.Removed) return;
            upload.InUse = false;
            if (!upload.Intent.Resumable) Remove(upload);
        }
    }

    Task<T> Guarded<T>(Func<T> work)
    {
        try
        {
            lock (gate) return Task.FromResult(work());
        }
        catch (WirephotoException e)
        {
            return Task.FromException<T>(e);
        }
    }

    MemoryImage? Find(ImageName name, bool twins)
    {
        if (images.TryGetValue(name.Text, out var image)) return image;
        return twins && namesByKey.TryGetValue(name.Key, out var twin) ? images[twin] : null;
    }

    MemoryReceipt? Receipt(UploadToken token) =>
        receipts.TryGetValue(token, out var receipt) && receipt.At >= clock.GetUtcNow() - ReceiptsLast ? receipt : null;

    StoredImage? Committed(MemoryReceipt receipt) =>
        Find(receipt.Intent.Name, twins: false) is { } image && image.Image.Digest == receipt.Intent.Digest ? image.Image : null;

    long Used() => images.Values.Sum(image => image.Image.Length) + uploads.Values.Sum(upload => upload.Bytes.Length);

    static bool Same(UploadIntent known, UploadIntent wanted) =>
        known.Name == wanted.Name && known.Length == wanted.Length
        && (known.Digest is null || wanted.Digest is null || known.Digest == wanted.Digest);

    static bool Continues(UploadIntent known, UploadIntent wanted) =>
        known.Resumable && known.Owner == wanted.Owner && known.Digest == wanted.Digest && Same(known, wanted);

    static WirephotoException Conflict() => new(ErrorCode.UploadConflict, "this upload token belongs to another image");
}
