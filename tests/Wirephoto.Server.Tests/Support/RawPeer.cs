using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Tests.Support;

/// <summary>A peer that says exactly what a test tells it to, right or wrong.</summary>
sealed class RawPeer(Duplex duplex) : IAsyncDisposable
{
    readonly HeadWriter writer = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static byte[] Frame(string json, byte[]? body = null)
    {
        var head = Encoding.UTF8.GetBytes(json);
        var frame = new byte[2 + head.Length + (body?.Length ?? 0)];
        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)head.Length);
        head.CopyTo(frame, 2);
        body?.CopyTo(frame, 2 + head.Length);
        return frame;
    }

    public static string Put(string name, byte[] image, string? more = null) =>
        $$"""{"type":"put","filename":"{{name}}","size":{{image.Length}},"sha256":"{{Sha256(image)}}"{{more}}}""";

    public static string Sha256(byte[] image) => Convert.ToHexStringLower(SHA256.HashData(image));

    public async Task SendAsync(string json, byte[]? body = null) => await duplex.WriteAsync(Frame(json, body), Cancel);

    public async Task SendAsync(byte[] bytes) => await duplex.WriteAsync(bytes, Cancel);

    public async Task SendAsync(Request request) => await duplex.WriteAsync(request.Write(writer), Cancel);

    /// <summary>The next reply and its body; null at the end of the connection.</summary>
    public async Task<(Head Head, byte[] Body)?> ReceiveAsync()
    {
        if (await FrameReader.ReadHeadAsync(duplex, null, Cancel) is not { } head) return null;
        var body = head.OptionalNumber("size") is { } size ? await new BodyReader(duplex, size).ReadAllAsync(int.MaxValue, Cancel) : [];
        return (head, body);
    }

    public async Task<(Head Head, byte[] Body)> AskAsync(string json, byte[]? body = null)
    {
        await SendAsync(json, body);
        return await ReceiveAsync() ?? throw new EndOfStreamException("the connection was closed instead of a reply");
    }

    /// <summary>Sends, and expects this error.</summary>
    public async Task<Head> RefusedAsync(string error, string json, byte[]? body = null)
    {
        var (head, _) = await AskAsync(json, body);
        Assert.Equal("error", head.Text("status"));
        Assert.Equal(error, head.Text("error"));
        Assert.NotEmpty(head.Text("message"));
        return head;
    }

    /// <summary>Sends, and expects it to be done.</summary>
    public async Task<(Head Head, byte[] Body)> DoneAsync(string json, byte[]? body = null)
    {
        var reply = await AskAsync(json, body);
        Assert.True(reply.Head.Text("status") == "ok", reply.Head.OptionalText("message") ?? "");
        return reply;
    }

    public void Hang() => duplex.ShutdownWrite();

    public async ValueTask DisposeAsync()
    {
        writer.Dispose();
        await duplex.DisposeAsync();
    }
}
