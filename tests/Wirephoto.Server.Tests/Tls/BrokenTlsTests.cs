using System.Text;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Tls;

/// <summary>TLS that stops, is cut, or is none: each end is the one that a plain connection would have, and nothing is published.</summary>
public sealed class BrokenTlsTests
{
    static readonly ServerLimits Limits = new();
    static readonly byte[] Photo = TestJpeg.OfSize(50_000, seed: 1);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("16 03 01 02 00 01")]
    [InlineData("16 03 01 02 00 01 00 01 FC 03 03 AA BB CC")]
    [InlineData("16 03 01 40 00 01 00 3F FC 03 03")]
    public async Task A_handshake_that_stops_half_way_is_ended_by_its_deadline(string sent)
    {
        await using var secured = new TlsService();
        var (server, client) = MemoryDuplex.Create();
        await using var peer = secured.Service.Connect((server, client));
        await peer.SendAsync(Bytes(sent));

        await secured.Service.Clock.PassAsync(Limits.Head, until: secured.Service.End);

        Assert.Equal(ConnectionEnd.TimedOut, await secured.Service.End);
        Assert.Contains(secured.Service.Log.All, line => line.Contains("waited too long for the rest of a TLS handshake", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Silence_after_the_handshake_is_ended_by_the_deadline_of_the_first_byte()
    {
        await using var secured = new TlsService();
        var (tls, _, _) = await secured.ConnectAsync();
        await using var peer = new RawPeer(tls);

        await secured.Service.Clock.PassAsync(Limits.FirstByte, until: secured.Service.End);

        Assert.Equal("timeout", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
        Assert.Equal(ConnectionEnd.TimedOut, await secured.Service.End);
    }

    [Theory]
    [InlineData("16 03 01 00 05 01 FF FF FF FF")]
    [InlineData("16 03 01 00 20 01 00 00 1C 03 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00")]
    [InlineData("16 03 01 FF FF 01 00 00 1C")]
    [InlineData("16 03 01 00 00 01 00 00 1C 00 00 00 00 00 00 00")]
    public async Task Garbage_that_begins_like_a_hello_ends_only_its_own_connection(string sent)
    {
        await using var secured = new TlsService();
        var (server, client) = MemoryDuplex.Create();
        await using var peer = secured.Service.Connect((server, client));
        await peer.SendAsync(Bytes(sent));
        peer.Hang();

        Assert.Contains(await secured.Service.End, new[] { ConnectionEnd.ProtocolError, ConnectionEnd.Lost });
        Assert.DoesNotContain(secured.Service.Log.All, line => line.Contains("Exception", StringComparison.Ordinal));
        var (tls, _, _) = await secured.ConnectAsync();
        await using var other = new RawPeer(tls);
        await other.DoneAsync("""{"type":"say","text":"x"}""");
    }

    [Fact]
    public async Task Random_bytes_behind_the_beginning_of_a_hello_are_never_a_fault()
    {
        await using var secured = new TlsService();
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var bytes = new byte[random.Next(6, 2000)];
            random.NextBytes(bytes);
            var record = random.Next(2) == 0 ? bytes.Length - 5 : random.Next(20_000);
            byte[] begin = [0x16, 3, (byte)random.Next(5), (byte)(record >> 8), (byte)record, 1];
            begin.CopyTo(bytes, 0);

            var (server, client) = MemoryDuplex.Create();
            await using var peer = secured.Service.Connect((server, client));
            await peer.SendAsync(bytes);
            peer.Hang();

            Assert.Contains(await secured.Service.End, new[] { ConnectionEnd.ProtocolError, ConnectionEnd.Lost });
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public async Task A_stream_that_is_cut_inside_a_body_is_an_interrupted_one(int bytesOfTheLastRecord)
    {
        await using var secured = new TlsService();
        var (server, client) = MemoryDuplex.Create();
        var wire = new WireTap(client);
        secured.Service.Connect((server, client));
        var tls = await secured.ConnectAsync(wire);
        await using var peer = new RawPeer(tls);
        await peer.DoneAsync("""{"type":"say","text":"x"}""");
        await peer.SendAsync(RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo[..20_000]));

        // At the border of a record, or within one; never with a close_notify.
        wire.Change = bytes => bytes[..bytesOfTheLastRecord];
        await peer.SendAsync(Photo[20_000..30_000]);
        client.ShutdownWrite();

        Assert.Equal(ConnectionEnd.Interrupted, await secured.Service.End);
        Assert.Equal(0, (await secured.Service.Store.StatusAsync(Cancel)).Images);
    }

    [Fact]
    public async Task Bytes_that_were_changed_on_their_way_end_the_connection_and_are_not_stored()
    {
        await using var secured = new TlsService();
        var (server, client) = MemoryDuplex.Create();
        var wire = new WireTap(client);
        secured.Service.Connect((server, client));
        var tls = await secured.ConnectAsync(wire);
        await using var peer = new RawPeer(tls);
        await peer.DoneAsync("""{"type":"say","text":"x"}""");

        wire.Change = bytes =>
        {
            bytes[^1] ^= 1;
            return bytes;
        };
        await peer.SendAsync(RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo));

        Assert.Equal(ConnectionEnd.Lost, await secured.Service.End);
        Assert.Equal(0, (await secured.Service.Store.StatusAsync(Cancel)).Images);
        Assert.DoesNotContain(secured.Service.Log.All, line => line.Contains("fault", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_takes_no_reply_is_ended_by_its_deadline()
    {
        await using var secured = new TlsService();
        var (tls, server, _) = await secured.ConnectAsync();
        await using var peer = new RawPeer(tls);
        var image = TestPng.OfSize(1 << 20, seed: 2);
        await peer.DoneAsync(RawPeer.Put("a.png", image), image);
        await peer.SendAsync("""{"type":"get","filename":"a.png"}""");

        await secured.Service.Clock.PassAsync(Limits.SendPause, until: secured.Service.End);

        Assert.Equal(ConnectionEnd.NotRead, await secured.Service.End);
        await server.DisposeAsync();
    }

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
