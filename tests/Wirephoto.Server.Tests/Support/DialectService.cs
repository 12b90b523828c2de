using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Tests.Support;

/// <summary>Ways to speak to a service in any wire format.</summary>
static class DialectService
{
    public static TestService Create(ServerOptions? options = null) =>
        new(options) { Open = static (duplex, context) => new FormatChoice(duplex, context) };

    /// <summary>Puts images there, by the native protocol.</summary>
    public static async Task StoreAsync(this TestService service, byte[] image, params string[] names)
    {
        await using var peer = service.Connect();
        foreach (var name in names) await peer.DoneAsync(RawPeer.Put(name, image), image);
    }

    public static async Task<byte[]?> FindAsync(this TestService service, string name)
    {
        await using var peer = service.Connect();
        var (head, body) = await peer.AskAsync($$"""{"type":"get","filename":"{{name}}"}""");
        return head.Text("status") == "ok" ? body : null;
    }

    /// <summary>All that the server answers to these bytes until it closes.</summary>
    public static async Task<byte[]> AnswerAsync(this TestService service, params byte[][] pieces)
    {
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        foreach (var piece in pieces) await peer.SendAsync(piece);
        return await client.RestAsync();
    }

    /// <summary>All bytes until the other end closes.</summary>
    public static async Task<byte[]> RestAsync(this Duplex duplex)
    {
        var all = new MemoryStream();
        var buffer = new byte[4096];
        while (await duplex.ReadAsync(buffer, TestContext.Current.CancellationToken) is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    /// <summary>Exactly so many bytes.</summary>
    public static async Task<byte[]> TakeAsync(this Duplex duplex, int count)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await duplex.ReadAsync(bytes.AsMemory(at), TestContext.Current.CancellationToken);
            if (read == 0) throw new EndOfStreamException($"{at} of {count} bytes came: {Convert.ToHexString(bytes.AsSpan(0, at))}");
            at += read;
        }

        return bytes;
    }
}
