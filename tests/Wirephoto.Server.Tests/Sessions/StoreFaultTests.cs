using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

public sealed class StoreFaultTests
{
    const string Token = "0123456789abcdef0123456789abcdef";
    static readonly byte[] Photo = TestJpeg.OfSize(300_000, seed: 3);
    static readonly string Begin = $$"""{"type":"begin","filename":"a.jpg","length":{{Photo.Length}},"upload":"{{Token}}"}""";
    static readonly string Commit = $$"""{"type":"commit","upload":"{{Token}}","sha256":"{{RawPeer.Sha256(Photo)}}"}""";

    [Fact]
    public async Task After_a_piece_that_could_not_be_written_the_upload_goes_on_with_a_new_begin_and_is_not_destroyed()
    {
        await using var store = new FailingStore(new ManualClock());
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();
        await peer.DoneAsync(Begin);
        await peer.DoneAsync(Append(0, 100_000), Photo[..100_000]);
        store.NextAppend = new WirephotoException(ErrorCode.StorageFull, "the disk is full");

        await peer.RefusedAsync("storage_full", Append(100_000, 200_000), Photo[100_000..]);
        await peer.RefusedAsync("unknown_upload", Append(100_000, 200_000), Photo[100_000..]);
        await peer.RefusedAsync("unknown_upload", Commit);

        var (begun, _) = await peer.DoneAsync(Begin);
        Assert.Equal(100_000, begun.Number("offset"));
        Assert.Equal(RawPeer.Sha256(Photo[..100_000]), begun.Text("prefix_sha256"));
        await peer.DoneAsync(Append(100_000, 200_000), Photo[100_000..]);
        await peer.DoneAsync(Commit);
    }

    [Fact]
    public async Task A_fault_of_the_server_is_told_as_internal_behind_the_replies_that_are_due_and_ends_the_connection()
    {
        await using var store = new FailingStore(new ManualClock()) { NextFind = new InvalidOperationException("a fault of the program") };
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();

        await peer.SendAsync(
        [
            .. RawPeer.Frame("""{"type":"say","text":"first"}"""),
            .. RawPeer.Frame("""{"type":"stat","filename":"a.jpg","id":7}"""),
            .. RawPeer.Frame("""{"type":"say","text":"never"}"""),
        ]);

        Assert.Equal("first ACK", (await peer.ReceiveAsync())!.Value.Head.Text("text"));
        var (told, _) = (await peer.ReceiveAsync())!.Value;
        Assert.Equal(("internal", 7), (told.Text("error"), told.Number("id")));
        Assert.Equal(ConnectionEnd.Faulted, await service.End);
        await service.Log.ShowsAsync(line => line.Contains("a fault of the program", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_fault_of_a_commit_that_others_wait_behind_closes_the_connection_as_the_catalogue_says(bool insideABody)
    {
        var commit = new TaskCompletionSource();
        await using var store = new FailingStore(new ManualClock()) { NextCommit = commit.Task };
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();
        var small = TestJpeg.Make(64, 48, seed: 1);
        await peer.SendAsync("""{"type":"say","text":"first"}""");
        await peer.SendAsync(RawPeer.Put("a.jpg", small), small);
        if (insideABody) await peer.SendAsync(RawPeer.Frame(RawPeer.Put("b.jpg", small))[..^10]);
        Assert.Equal("first ACK", (await peer.ReceiveAsync())!.Value.Head.Text("text"));

        commit.SetException(new InvalidOperationException("a fault of the program"));

        Assert.Equal("internal", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
        Assert.Equal(ConnectionEnd.Faulted, await service.End.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
        await service.Log.ShowsAsync(line => line.Contains("a fault of the program", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_too_many_commits_wait_for_the_disk_no_further_image_is_received()
    {
        var commit = new TaskCompletionSource();
        await using var store = new FailingStore(new ManualClock()) { NextCommit = commit.Task };
        await using var service = new TestService(new ServerOptions { Port = 5000, Folder = ".", Limits = new ServerLimits { Commits = 1 } }, store);
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));
        await using var other = service.Connect(MemoryDuplex.Create(seesAll: true));
        await using var witness = service.Connect(MemoryDuplex.Create(seesAll: true));
        var small = TestJpeg.Make(64, 48, seed: 1);

        await peer.SendAsync(RawPeer.Put("a.jpg", small), small);
        await Eventually.TrueAsync(() => store.NextCommit is null);
        await other.SendAsync([.. RawPeer.Frame(RawPeer.Put("b.jpg", small), small), .. RawPeer.Frame(RawPeer.Put("c.jpg", small), small)]);
        await Eventually.TrueAsync(() => store.Begun > 1);
        for (var i = 0; i < 20; i++) await witness.DoneAsync("""{"type":"status"}""");
        var begun = store.Begun;
        commit.SetResult();
        Assert.Equal(2, begun);

        Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
        for (var i = 0; i < 2; i++) Assert.Equal("ok", (await other.ReceiveAsync())!.Value.Head.Text("status"));
    }

    static string Append(long offset, int size) => $$"""{"type":"append","upload":"{{Token}}","offset":{{offset}},"size":{{size}}}""";
}
