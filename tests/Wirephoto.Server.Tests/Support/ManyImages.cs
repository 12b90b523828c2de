using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage;
using Wirephoto.Storage.Memory;

namespace Wirephoto.Server.Tests.Support;

/// <summary>
/// A store that lists so many images whose names begin alike, opens any as one large image, and counts what it was asked for.
/// </summary>
sealed class ManyImages(int images, string prefix = "") : IImageStore
{
    public const int LargeBytes = 1 << 20;

    readonly MemoryStore unused = new(TimeProvider.System);
    int lists;
    int opened;
    int closed;

    /// <summary>Whether a listing fails behind its first entries.</summary>
    public bool Broken { get; set; }

    public int Lists => Volatile.Read(ref lists);

    public int Opened => Volatile.Read(ref opened);

    public int Closed => Volatile.Read(ref closed);

    public Task<ListPage> ListAsync(FolderName from, bool recursive, string? after, int limit, CancellationToken cancel)
    {
        Interlocked.Increment(ref lists);
        if (Broken && after is not null) return Task.FromException<ListPage>(new WirephotoException(ErrorCode.StorageFailed, "the disk fails"));
        var names = Enumerable.Range(0, images).Select(i => $"{prefix}{i:000000}.jpg").SkipWhile(name => string.CompareOrdinal(name, after) <= 0);
        return Task.FromResult(ListPage.Of(names.Select(name => new ListedEntry(Image(name), null)), limit));
    }

    public Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel)
    {
        Interlocked.Increment(ref opened);
        return Task.FromResult<OpenImage?>(new LargeImage(this));
    }

    public Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel) => unused.BeginAsync(token, intent, cancel);

    public Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel) => unused.FindCommittedAsync(token, owner, cancel);

    public Task<StoredImage?> FindAsync(ImageName name, bool twins, CancellationToken cancel) => unused.FindAsync(name, twins, cancel);

    public Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel) => unused.FindByDigestAsync(digest, most, cancel);

    public Task<bool> DeleteAsync(ImageName name, Digest? digest, CancellationToken cancel) => unused.DeleteAsync(name, digest, cancel);

    public Task<SweepResult> SweepAsync(DateTimeOffset untouchedSince, CancellationToken cancel) => unused.SweepAsync(untouchedSince, cancel);

    public Task<StoreStatus> StatusAsync(CancellationToken cancel) => unused.StatusAsync(cancel);

    public ValueTask DisposeAsync() => unused.DisposeAsync();

    static StoredImage Image(string name) =>
        new(ImageName.Parse(name, ImageTypes.Default), LargeBytes, default(Digest), null, default, default, true);

    sealed class LargeImage(ManyImages store) : OpenImage(Image("large.jpg"))
    {
        public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel) =>
            ValueTask.FromResult((int)Math.Min(buffer.Length, LargeBytes - offset));

        public override ValueTask DisposeAsync()
        {
            Interlocked.Increment(ref store.closed);
            return ValueTask.CompletedTask;
        }
    }
}
