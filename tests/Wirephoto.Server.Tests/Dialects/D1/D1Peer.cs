using System.Buffers.Binary;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Dialects.D1;

/// <summary>A client of D1 over a connection in memory, whose first bytes are looked at as on a port.</summary>
sealed class D1Peer(Duplex duplex) : IAsyncDisposable
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TestService Service(ServerOptions? options = null) => new(options) { Open = static (duplex, context) => new FormatChoice(duplex, context) };

    public static D1Peer Connect(TestService service)
    {
        var wire = MemoryDuplex.Create();
        service.Connect(wire);
        return new D1Peer(wire.Client);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await duplex.WriteAsync(bytes, Cancel);

    /// <summary>The next reply's frame; null at the end of the connection.</summary>
    public async Task<byte[]?> ReceiveFrameAsync()
    {
        var length = await TakeAsync(4);
        if (length.Length == 0) return null;
        var size = BinaryPrimitives.ReadInt32BigEndian(length);
        var pickle = await TakeAsync(size);
        return pickle.Length == size ? [.. length, .. pickle] : throw new EndOfStreamException($"{pickle.Length} of {size} bytes came");
    }

    public async Task<D1Message?> ReceiveAsync() => await ReceiveFrameAsync() is { } frame ? D1Message.Parse(frame[4..]) : null;

    public async Task<D1Message> AskAsync(byte[] frame)
    {
        await SendAsync(frame);
        return await ReceiveAsync() ?? throw new EndOfStreamException("the connection was closed instead of a reply");
    }

    /// <summary>Sends, and expects this refusal.</summary>
    public async Task RefusedAsync(string details, byte[] frame)
    {
        var reply = await AskAsync(frame);
        Assert.Equal(("ERROR", details), (reply.Status, reply.Details));
        Assert.Null(reply.Data);
    }

    public async Task DoneAsync(byte[] frame)
    {
        var reply = await AskAsync(frame);
        Assert.True(reply.Status == "OK", reply.Details);
    }

    public void Hang() => duplex.ShutdownWrite();

    public ValueTask DisposeAsync() => duplex.DisposeAsync();

    async Task<byte[]> TakeAsync(int count)
    {
        var bytes = new byte[count];
        var at = 0;
        while (at < count && await duplex.ReadAsync(bytes.AsMemory(at), Cancel) is > 0 and var read) at += read;
        return bytes[..at];
    }
}
