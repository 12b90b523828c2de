using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

/// <summary>A connection that ends inside of a request.</summary>
public sealed class LostConnectionTests
{
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);

    [Fact]
    public async Task A_request_that_was_cut_off_has_no_reply_and_the_log_tells_of_it()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.SendAsync([.. RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo), .. RawPeer.Frame(RawPeer.Put("b.jpg", Photo), Photo)[..^10]]);
        peer.Hang();

        Assert.Equal("ok", (await peer.ReceiveAsync())!.Value.Head.Text("status"));
        Assert.Null(await peer.ReceiveAsync());
        Assert.Equal(ConnectionEnd.Interrupted, await service.End);
        await service.Log.ShowsAsync(line => line.Contains("PUT b.jpg failure in_doubt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_is_reset_inside_of_a_body_is_no_fault_of_the_server()
    {
        await using var service = new TestService();
        var (server, client) = MemoryDuplex.Create();
        await server.DisposeAsync();
        await using var peer = service.Connect((new Duplex(new ResetStream(RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo)[..^10])), client));

        Assert.Equal(ConnectionEnd.Lost, await service.End);

        await service.Log.ShowsAsync(line => line.Contains("PUT a.jpg failure in_doubt", StringComparison.Ordinal));
        Assert.DoesNotContain(service.Log.All, line => line.Contains("fault", StringComparison.Ordinal));
    }

    // What a stream of a socket says when the socket was given up while it was read.
    sealed class ResetStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position < Length ? await base.ReadAsync(buffer, cancellationToken) : throw new IOException("can't be read", new ObjectDisposedException("Socket"));
    }
}
