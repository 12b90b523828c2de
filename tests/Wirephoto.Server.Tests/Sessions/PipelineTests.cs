using Wirephoto.Protocol.Framing;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

public sealed class PipelineTests
{
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);

    [Fact]
    [Trait("Requirement", "R4-3.3")]
    public async Task Replies_come_in_the_order_of_their_requests()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        var flight = Enumerable.Range(0, 40).SelectMany(i => RawPeer.Frame(RawPeer.Put($"{i}.jpg", Photo, $",\"id\":{i}"), Photo));

        await peer.SendAsync([.. flight]);

        for (var i = 0; i < 40; i++)
        {
            var (head, _) = (await peer.ReceiveAsync())!.Value;
            Assert.Equal(("ok", i), (head.Text("status"), head.Number("id")));
        }
    }

    [Fact]
    public async Task A_request_sees_the_effects_of_those_before_it()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.SendAsync(
        [
            .. RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo),
            .. RawPeer.Frame(RawPeer.Put("A.jpg", Photo), Photo),
            .. RawPeer.Frame("""{"type":"get","filename":"a.jpg"}"""),
            .. RawPeer.Frame("""{"type":"delete","filename":"a.jpg"}"""),
            .. RawPeer.Frame("""{"type":"list"}"""),
        ]);

        Assert.Equal("ok", await StatusAsync(peer));
        Assert.Equal("exists", await StatusAsync(peer));
        Assert.Equal(Photo, (await peer.ReceiveAsync())!.Value.Body);
        Assert.Equal("ok", await StatusAsync(peer));
        Assert.Equal(0, (await peer.ReceiveAsync())!.Value.Head.Number("count"));
    }

    [Fact]
    public async Task Replies_are_still_sent_when_the_client_has_closed_its_sending_side()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.SendAsync(RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo));
        peer.Hang();

        Assert.Equal("ok", await StatusAsync(peer));
        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(Net.ConnectionEnd.ClosedByClient, await service.End);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.3.5")]
    [Trait("Requirement", "R0-3.1.1.5")]
    [Trait("Requirement", "R1-5.2")]
    public async Task A_client_that_vanishes_at_any_byte_of_a_put_never_publishes_anything()
    {
        await using var service = new TestService();
        var frame = RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo);

        for (var cut = 0; cut < frame.Length; cut++)
        {
            await using var peer = service.Connect();
            await peer.SendAsync(frame[..cut]);
            peer.Hang();
            await service.End;
        }

        await using var witness = service.Connect();
        var (list, _) = await witness.DoneAsync("""{"type":"list"}""");
        Assert.Equal(0, list.Number("count"));
        await witness.DoneAsync(RawPeer.Put("a.jpg", Photo), Photo);
    }

    [Fact]
    public async Task A_client_that_vanishes_at_any_byte_of_an_append_can_go_on_there()
    {
        await using var service = new TestService();
        const string Begin = """{"type":"begin","filename":"a.jpg","length":@,"upload":"0123456789abcdef0123456789abcdef"}""";
        var begin = Begin.Replace("@", $"{Photo.Length}", StringComparison.Ordinal);
        var append = $$"""{"type":"append","upload":"0123456789abcdef0123456789abcdef","offset":0,"size":{{Photo.Length}}}""";

        for (var cut = 0; cut < Photo.Length; cut += 7)
        {
            await using var peer = service.Connect();
            await peer.DoneAsync(begin);
            await peer.SendAsync([.. RawPeer.Frame(append), .. Photo[..cut]]);
            peer.Hang();
            await service.End;

            await using var next = service.Connect();
            var (begun, _) = await next.DoneAsync(begin);
            Assert.Equal(cut, begun.Number("offset"));
            Assert.Equal(RawPeer.Sha256(Photo[..cut]), begun.Text("prefix_sha256"));
            await next.DoneAsync("""{"type":"abort","upload":"0123456789abcdef0123456789abcdef"}""");
        }
    }

    [Fact]
    public async Task When_the_server_stops_what_has_begun_is_finished_and_then_the_client_is_told()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        var frame = RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo);
        await peer.DoneAsync("""{"type":"say","text":"x"}""");

        await peer.SendAsync(frame[..^10]);
        await Eventually.TrueAsync(async () => (await service.Store.StatusAsync(default)).Images == 0);
        await peer.SendAsync(frame[^10..]);
        Assert.Equal("ok", await StatusAsync(peer));
        service.Drain();

        Assert.Equal("shutting_down", await StatusAsync(peer));
        Assert.Equal(Net.ConnectionEnd.Drained, await service.End);
    }

    static async Task<string> StatusAsync(RawPeer peer)
    {
        var (head, _) = (await peer.ReceiveAsync())!.Value;
        return head.OptionalText("error") ?? head.Text("status");
    }
}
