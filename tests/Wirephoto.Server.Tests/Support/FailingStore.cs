using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage;
using Wirephoto.Storage.Memory;

namespace Wirephoto.Server.Tests.Support;

/// <summary>A store in memory whose next append, commit, or look for an image fails as a test says.</summary>
sealed class FailingStore(TimeProvider clock) : IImageStore
{
    readonly MemoryStore store = new(clock);

    public Exception? NextAppend { get; set; }

    public Exception? NextFind { get; set; }

    /// <summary>Is awaited by the next commit, which then fails as it does.</summary>
    public Task? NextCommit { get; set; }

    /// <summary>Uploads that were begun.</summary>
    public int Begun { get; private set; }

    public async Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel)
    {
        Begun++;
        return new FaultyUpload(this, await store.BeginAsync(token, intent, cancel));
    }

    public Task<StoredImage?> FindAsync(ImageName name, bool twins, CancellationToken cancel)
    {
        var fault = NextFind;
        NextFind = null;
        return fault is null ? store.FindAsync(name, twins, cancel) : Task.FromException<StoredImage?>(fault);
    }

    public Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel) => store.FindCommittedAsync(token, owner, cancel);

    public Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel) => store.OpenAsync(name, cancel);

    public Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel) => store.FindByDigestAsync(digest, most, cancel);

    public Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel) =>
        store.ListAsync(folder, recursive, after, limit, cancel);

    public Task<bool> DeleteAsync(ImageName name, Digest? digest, CancellationToken cancel) => store.DeleteAsync(name, digest, cancel);

    public Task<SweepResult> SweepAsync(DateTimeOffset untouchedSince, CancellationToken cancel) => store.SweepAsync(untouchedSince, cancel);

    public Task<StoreStatus> StatusAsync(CancellationToken cancel) => store.StatusAsync(cancel);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    sealed class FaultyUpload(FailingStore owner, IUpload upload) : IUpload
    {
        public UploadIntent Intent => upload.Intent;

        public long Offset => upload.Offset;

        public StoredImage? Committed => upload.Committed;

        public Task AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel)
        {
            var fault = owner.NextAppend;
            owner.NextAppend = null;
            return fault is null ? upload.AppendAsync(piece, cancel) : Task.FromException(fault);
        }

        public Task ReadBackAsync(ImageExaminer examiner, CancellationToken cancel) => upload.ReadBackAsync(examiner, cancel);

        public async Task<CommitResult> CommitAsync(Examination examined, CancellationToken cancel)
        {
            var wait = owner.NextCommit ?? Task.CompletedTask;
            owner.NextCommit = null;
            await wait;
            return await upload.CommitAsync(examined, cancel);
        }

        public Task AbortAsync(CancellationToken cancel) => upload.AbortAsync(cancel);

        public ValueTask DisposeAsync() => upload.DisposeAsync();
    }
}
