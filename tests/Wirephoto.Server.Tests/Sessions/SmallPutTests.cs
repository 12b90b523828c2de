using System.Net;
using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

/// <summary>Small images that arrive together wait for each other's digests: that shows nowhere but in the time it takes.</summary>
public sealed class SmallPutTests
{
    // Milliseconds: what waits for others that don't come waits for ever.
    const int Patience = 30_000;

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R4-3.3")]
    public async Task Of_many_images_in_one_flight_the_wrong_ones_are_refused_and_the_others_stored()
    {
        await using var service = new TestService();
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));
        var images = Enumerable.Range(0, 30).Select(Photo).ToArray();
        var none = "this is no image"u8.ToArray();

        await peer.SendAsync([.. Enumerable.Range(0, 30).SelectMany(i => i switch
        {
            3 => RawPeer.Frame(RawPeer.Put("3.jpg", images[4]).Replace($"\"size\":{images[4].Length}", $"\"size\":{images[3].Length}", StringComparison.Ordinal), images[3]),
            5 => RawPeer.Frame(RawPeer.Put("5.jpg", none), none),
            12 => RawPeer.Frame(RawPeer.Put("11.jpg", images[12]), images[12]),
            _ => RawPeer.Frame(RawPeer.Put($"{i}.jpg", images[i]), images[i]),
        })]);

        for (var i = 0; i < 30; i++)
        {
            var (head, _) = (await peer.ReceiveAsync())!.Value;
            Assert.Equal(i switch { 3 => "wrong_digest", 5 => "not_an_image", 12 => "exists", _ => "ok" }, head.OptionalText("error") ?? head.Text("status"));
        }

        foreach (var i in Enumerable.Range(0, 30).Except([3, 5, 12]))
        {
            var (_, body) = await peer.DoneAsync($$"""{"type":"get","filename":"{{i}}.jpg"}""");
            Assert.Equal(images[i], body);
        }
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public async Task What_arrived_whole_is_stored_when_the_client_vanishes_inside_of_the_next(int whole)
    {
        await using var service = new TestService();
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));
        var frames = Enumerable.Range(0, whole + 1).SelectMany(i => RawPeer.Frame(RawPeer.Put($"{i}.jpg", Photo(i)), Photo(i))).ToArray();

        await peer.SendAsync(frames[..^10]);
        peer.Hang();
        await service.End;

        Assert.Equal(whole, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    [Theory(Timeout = Patience)]
    [InlineData("")]
    [InlineData("{\"type\":\"put\",\"filename\":\"x.jpg\",\"size\":\"many\"}")]
    [InlineData("no head at all")]
    public async Task What_arrived_whole_is_stored_and_answered_whatever_ends_the_connection_behind_it(string next)
    {
        await using var service = new TestService();
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));

        await peer.SendAsync(
        [
            .. Enumerable.Range(0, 3).SelectMany(i => RawPeer.Frame(RawPeer.Put($"{i}.jpg", Photo(i)), Photo(i))),
            .. next.Length > 0 ? RawPeer.Frame(next) : [],
        ]);
        peer.Hang();

        for (var i = 0; i < 3; i++) Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
        await service.End;
        Assert.Equal(3, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    [Fact(Timeout = Patience)]
    public async Task An_image_that_came_in_one_piece_waits_for_its_digest_and_no_other_does()
    {
        await using var service = new TestService();
        var together = new DigestBatch(inside: true) { Joins = true };
        var image = Photo(1);

        await using var whole = await IngestAsync(service, "whole.jpg", image, together, pieces: 1);
        var commit = whole.CommitAsync(new Digest(SHA256.HashData(image)));
        Assert.Equal((1, false), (together.Count, commit.IsCompleted));
        together.Run();
        Assert.Equal("whole.jpg", (await commit).Name.Text);

        await using var cut = await IngestAsync(service, "cut.jpg", image, together, pieces: 2);
        await cut.CommitAsync(new Digest(SHA256.HashData(image)));
        Assert.Equal(0, together.Count);
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task No_image_waits_for_others_that_a_short_pipeline_does_not_let_in(int pipeline)
    {
        await using var service = new TestService(new ServerOptions { Port = 5000, Folder = ".", Announced = new AnnouncedLimits { Pipeline = pipeline } });
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));

        await peer.SendAsync([.. Enumerable.Range(0, 20).SelectMany(i => RawPeer.Frame(RawPeer.Put($"{i}.jpg", Photo(i)), Photo(i)))]);

        for (var i = 0; i < 20; i++) Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_commit_behind_an_image_that_waits_does_not_take_its_name()
    {
        const string Token = "0123456789abcdef0123456789abcdef";
        await using var service = new TestService();
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));
        var (first, second) = (Photo(1), Photo(2));

        await peer.SendAsync(
        [
            .. RawPeer.Frame($$"""{"type":"begin","filename":"a.jpg","length":{{second.Length}},"upload":"{{Token}}"}"""),
            .. RawPeer.Frame($$"""{"type":"append","upload":"{{Token}}","offset":0,"size":{{second.Length}}}""", second),
            .. RawPeer.Frame(RawPeer.Put("a.jpg", first), first),
            .. RawPeer.Frame($$"""{"type":"commit","upload":"{{Token}}","sha256":"{{RawPeer.Sha256(second)}}"}"""),
        ]);

        for (var i = 0; i < 3; i++) Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
        Assert.Equal("exists", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_behind_images_that_wait_sees_them()
    {
        await using var service = new TestService();
        await using var peer = service.Connect(MemoryDuplex.Create(seesAll: true));

        await peer.SendAsync(
        [
            .. RawPeer.Frame(RawPeer.Put("a.jpg", Photo(1)), Photo(1)),
            .. RawPeer.Frame(RawPeer.Put("b.jpg", Photo(2)), Photo(2)),
            .. RawPeer.Frame(RawPeer.Put("a.jpg", Photo(3)), Photo(3)),
            .. RawPeer.Frame("""{"type":"list"}"""),
        ]);

        Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
        Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
        Assert.Equal("exists", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
        Assert.Equal(2, (await peer.ReceiveAsync())!.Value.Head.Number("count"));
    }

    static async Task<Ingest> IngestAsync(TestService service, string name, byte[] image, DigestBatch together, int pieces)
    {
        var cancel = TestContext.Current.CancellationToken;
        var (near, far) = MemoryDuplex.Create(seesAll: true);
        await using var _ = near;
        await using var __ = far;
        var caller = new ClientRoster(service.Clock, 1).Enter(new IPEndPoint(IPAddress.Loopback, 1), 1)!;
        var ingest = await service.Images.BeginAsync(caller, name, image.Length, token: null, digest: null, modified: null, cancel);
        Task? receiving = null;
        foreach (var piece in image.Chunk((image.Length + pieces - 1) / pieces))
        {
            // What is there is received before the next piece comes.
            await far.WriteAsync(piece, cancel);
            receiving ??= ingest.ReceiveAsync(0, new BodyReader(near, image.Length), cancel, together);
        }

        await receiving!;
        return ingest;
    }

    static byte[] Photo(int seed) => TestJpeg.Make(64, 48, seed);
}
