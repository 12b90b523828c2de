using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Wirephoto.Crash.Tests.Clients;

/// <summary>The protocol as docs/protocol.md tells it, and nothing else: two bytes of length, JSON, body.</summary>
sealed class RawClient : IAsyncDisposable
{
    readonly TcpClient socket;
    readonly NetworkStream stream;

    RawClient(TcpClient socket) => (this.socket, stream) = (socket, socket.GetStream());

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var socket = new TcpClient { NoDelay = true };
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, Cancel);
            return new RawClient(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async Task SendAsync(string json, ReadOnlyMemory<byte> body = default)
    {
        var head = Encoding.UTF8.GetBytes(json);
        var message = new byte[2 + head.Length + body.Length];
        BinaryPrimitives.WriteUInt16BigEndian(message, (ushort)head.Length);
        head.CopyTo(message, 2);
        body.CopyTo(message.AsMemory(2 + head.Length));
        await stream.WriteAsync(message, Cancel);
    }

    public async Task<RawReply> ReceiveAsync()
    {
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, Cancel);
        var head = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(head, Cancel);
        using var json = JsonDocument.Parse(head);
        var body = new byte[json.RootElement.TryGetProperty("size", out var size) ? size.GetInt64() : 0];
        await stream.ReadExactlyAsync(body, Cancel);
        return new RawReply(json.RootElement.Clone(), body);
    }

    public async Task<RawReply> AskAsync(string json, ReadOnlyMemory<byte> body = default)
    {
        await SendAsync(json, body);
        return await ReceiveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        socket.Dispose();
    }
}

/// <summary>A reply.</summary>
sealed record RawReply(JsonElement Head, byte[] Body)
{
    public bool Ok => Head.GetProperty("status").GetString() == "ok";

    public string Error => Head.GetProperty("error").GetString()!;

    public bool Same => Head.TryGetProperty("same", out var same) && same.GetBoolean();

    public long Offset => Head.GetProperty("offset").GetInt64();

    public string Text(string member) => Head.GetProperty(member).GetString()!;
}
