using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Tests.Support;
using Wirephoto.Storage;
using Wirephoto.Storage.Memory;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

/// <summary>Clients that ask for much and take nothing.</summary>
public sealed class UnreadReplyTests
{
    static readonly byte[] Photo = TestJpeg.Make(8, 8, seed: 1);

    [Fact]
    public async Task Of_listings_that_nobody_takes_only_two_are_in_memory()
    {
        var store = new CountingStore(1000);
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();

        await peer.SendAsync([.. Enumerable.Repeat(RawPeer.Frame("""{"type":"list","recursive":true}"""), 60).SelectMany(frame => frame)]);
        await Eventually.TrueAsync(() => store.Lists > 0);

        // What waits is only asked of the store when there is room: each reply that is taken lets one more be made.
        for (var taken = 1; taken <= 60; taken++)
        {
            Assert.Equal(1000, (await peer.ReceiveAsync())!.Value.Head.Number("count"));
            Assert.InRange(store.Lists, taken, taken + 2);
        }
    }

    [Fact]
    public async Task Of_images_that_nobody_takes_only_a_few_are_open()
    {
        var store = new CountingStore(1);
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();

        await peer.SendAsync([.. Enumerable.Repeat(RawPeer.Frame("""{"type":"get","filename":"large.jpg"}"""), 60).SelectMany(frame => frame)]);
        for (var taken = 1; taken <= 60; taken++)
        {
            Assert.Equal(CountingStore.LargeBytes, (await peer.ReceiveAsync())!.Value.Body.Length);
            Assert.InRange(store.Opened, taken, taken + 10);
        }

        await Eventually.TrueAsync(() => store.Closed == 60);
    }

    /// <summary>Long names, one large image, and a count of what was asked for.</summary>
    sealed class CountingStore(int images) : IImageStore
    {
        public const int LargeBytes = 1 << 20;

        readonly MemoryStore unused = new(TimeProvider.System);
        readonly ListPage page = new([.. Enumerable.Range(0, images).Select(i => new ListedEntry(Image($"{i:0000}{new string('x', 200)}.jpg"), null))], null);
        int lists;
        int opened;
        int closed;

        public int Lists => Volatile.Read(ref lists);

        public int Opened => Volatile.Read(ref opened);

        public int Closed => Volatile.Read(ref closed);

        public Task<ListPage> ListAsync(FolderName folder, bool recursive, string? after, int limit, CancellationToken cancel)
        {
            Interlocked.Increment(ref lists);
            return Task.FromResult(page);
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
            new(ImageName.Parse(name, ImageTypes.Default), LargeBytes, Digest.TryParse(RawPeer.Sha256(Photo), out var digest) ? digest : null, null, default, default, true);

        sealed class LargeImage(CountingStore store) : OpenImage(Image("large.jpg"))
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
}
