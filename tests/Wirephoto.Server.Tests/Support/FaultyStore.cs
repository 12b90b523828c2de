using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage;

namespace Wirephoto.Server.Tests.Support;

/// <summary>A store with a bug: whatever concerns a name that contains "bug" fails in a way that nobody expects.</summary>
sealed class FaultyStore(IImageStore store) : IImageStore
{
    public Task<IUpload> BeginAsync(UploadToken token, UploadIntent intent, CancellationToken cancel) => store.BeginAsync(token, Sound(intent, intent.Name.Text), cancel);

    public Task<StoredImage?> FindCommittedAsync(UploadToken token, string owner, CancellationToken cancel) => store.FindCommittedAsync(token, owner, cancel);

    public Task<StoredImage?> FindAsync(ImageName name, bool twins, CancellationToken cancel) => store.FindAsync(Sound(name, name.Text), twins, cancel);

    public Task<OpenImage?> OpenAsync(ImageName name, CancellationToken cancel) => store.OpenAsync(Sound(name, name.Text), cancel);

    public Task<IReadOnlyList<string>> FindByDigestAsync(Digest digest, int most, CancellationToken cancel) => store.FindByDigestAsync(digest, most, cancel);

    public Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel) =>
        store.ListAsync(folder, recursive, Sound(after, after ?? ""), limit, cancel);

    public Task<bool> DeleteAsync(ImageName name, Digest? digest, CancellationToken cancel) => store.DeleteAsync(Sound(name, name.Text), digest, cancel);

    public Task<SweepResult> SweepAsync(DateTimeOffset untouchedSince, CancellationToken cancel) => store.SweepAsync(untouchedSince, cancel);

    public Task<StoreStatus> StatusAsync(CancellationToken cancel) => store.StatusAsync(cancel);

    public ValueTask DisposeAsync() => store.DisposeAsync();

    static T Sound<T>(T value, string name) => name.Contains("bug", StringComparison.Ordinal) ? throw new InvalidOperationException("the store has a bug") : value;
}
