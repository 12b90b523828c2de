using System.Text;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Tls;

/// <summary>Conversations inside TLS, beside plain ones on the same port.</summary>
public sealed class TlsSessionTests
{
    static readonly byte[] Photo = TestPng.Make(8, 8, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Requirement", "R2-9.1")]
    [Trait("Requirement", "R2-10.1")]
    public async Task The_same_port_speaks_TLS_and_plain_and_every_format_in_both()
    {
        await using var secured = new TlsService();
        var (tls, _, _) = await secured.ConnectAsync();
        await using var peer = new RawPeer(tls);
        await peer.DoneAsync(RawPeer.Put("a.png", Photo), Photo);
        Assert.Equal(Photo, (await peer.DoneAsync("""{"type":"get","filename":"a.png"}""")).Body);
        Assert.Contains("\"a.png\"", Encoding.UTF8.GetString((await peer.DoneAsync("""{"type":"list"}""")).Body), StringComparison.Ordinal);

        Assert.Equal(Photo, await secured.Service.FindAsync("a.png"));
        var plain = await secured.Service.AnswerAsync("LIST\n"u8.ToArray());
        var (inside, _, _) = await secured.ConnectAsync();
        await using var dialect = inside;
        await inside.WriteAsync("LIST\n"u8.ToArray(), Cancel);

        Assert.Equal(plain, await inside.RestAsync());
        Assert.Contains("a.png", Encoding.UTF8.GetString(plain), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(200_000)]
    [InlineData(5_000_000)]
    public async Task An_image_of_any_size_goes_both_ways_whole(int size)
    {
        await using var secured = new TlsService();
        var (tls, _, _) = await secured.ConnectAsync();
        await using var peer = new RawPeer(tls);
        var image = TestPng.OfSize(Math.Max(size, TestPng.SmallestSize), seed: size);
        const string Upload = "00000000000000000000000000000001";
        await peer.DoneAsync($$"""{"type":"begin","filename":"a.png","length":{{image.Length}},"upload":"{{Upload}}"}""");
        var pieces = image.Chunk(1 << 20).Select((piece, i) => (Offset: i << 20, Bytes: piece));
        foreach (var (offset, bytes) in pieces) await peer.DoneAsync($$"""{"type":"append","upload":"{{Upload}}","offset":{{offset}},"size":{{bytes.Length}}}""", bytes);
        await peer.DoneAsync($$"""{"type":"commit","upload":"{{Upload}}","sha256":"{{RawPeer.Sha256(image)}}"}""");

        Assert.Equal(image, (await peer.DoneAsync("""{"type":"get","filename":"a.png"}""")).Body);
    }

    [Theory]
    [InlineData("native")]
    [InlineData("LIST\n")]
    [InlineData("list ")]
    public async Task Where_TLS_is_required_plain_clients_are_refused_in_the_native_form(string request)
    {
        await using var secured = new TlsService(TlsRule.Required);
        var (server, client) = MemoryDuplex.Create();
        await using var peer = secured.Service.Connect((server, client));
        await peer.SendAsync(request == "native" ? RawPeer.Frame("""{"type":"hello","protocol":1,"client":"x"}""") : Encoding.ASCII.GetBytes(request));

        var (head, _) = (await peer.ReceiveAsync())!.Value;

        Assert.Equal("tls_required", head.Text("error"));
        Assert.Equal(ConnectionEnd.ProtocolError, await secured.Service.End);
        var (inside, _, _) = await secured.ConnectAsync();
        await using var other = new RawPeer(inside);
        await other.DoneAsync("""{"type":"say","text":"x"}""");
    }

    [Fact]
    public async Task Without_a_certificate_a_hello_is_closed_without_a_byte_and_the_log_says_what_to_do()
    {
        await using var service = DialectService.Create();

        Assert.Empty(await service.AnswerAsync([0x16, 3, 1, 2, 0, 1, 0]));
        Assert.Equal(ConnectionEnd.ProtocolError, await service.End);
        Assert.Contains(service.Log.All, line => line.Contains("give it one with --certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_end_in_order_is_told_with_a_close_notify()
    {
        await using var secured = new TlsService();
        var (server, client) = MemoryDuplex.Create();
        var wire = new WireTap(client);
        secured.Service.Connect((server, client));
        await using var tls = await secured.ConnectAsync(wire);
        await using var peer = new RawPeer(tls);
        await peer.DoneAsync("""{"type":"say","text":"x"}""");

        peer.Hang();

        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(ConnectionEnd.ClosedByClient, await secured.Service.End);

        // An alert of two bytes inside TLS 1.3: with its inner type and its tag, 19.
        Assert.Equal([0x17, 3, 3, 0, 19], wire.Received[^24..^19]);
    }

    [Fact]
    public async Task Inside_TLS_there_is_no_further_TLS()
    {
        await using var secured = new TlsService();
        var (tls, _, _) = await secured.ConnectAsync();
        await using var outer = tls;
        await tls.WriteAsync(new byte[] { 0x16, 3, 1, 2, 0, 1, 0 }, Cancel);

        Assert.Contains("TLS inside TLS", Encoding.UTF8.GetString(await tls.RestAsync()), StringComparison.Ordinal);
        Assert.Equal(ConnectionEnd.ProtocolError, await secured.Service.End);
    }

    [Fact]
    public async Task A_server_that_stops_says_so_inside_TLS_too()
    {
        await using var secured = new TlsService();
        var (tls, _, _) = await secured.ConnectAsync();
        await using var peer = new RawPeer(tls);
        await peer.DoneAsync("""{"type":"say","text":"x"}""");

        secured.Service.Drain();

        Assert.Equal("shutting_down", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
        Assert.Equal(ConnectionEnd.Drained, await secured.Service.End);
    }
}
