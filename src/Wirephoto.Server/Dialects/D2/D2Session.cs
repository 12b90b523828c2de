using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects.D2;

/// <summary>A line of text, OK or ER, an 8-byte length and raw bytes: docs/dialects.md, "D2".</summary>
public sealed class D2Session(Duplex duplex, SessionContext context) : OneRequestSession(duplex, context, WireFormat.D2)
{
    const int LengthBytes = 8;

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> Refusal { get; } = "ER\n"u8.ToArray();

    /// <inheritdoc/>
    protected override async Task<string?> ServeAsync()
    {
        var line = Decode(await ReadLineAsync());
        var bar = line.IndexOf('|', StringComparison.Ordinal);
        var (verb, name) = bar < 0 ? (line, "") : (line[..bar], line[(bar + 1)..]);
        Begin(verb, name);
        return verb switch
        {
            "LIST" when bar < 0 => await ListAsync(),
            "GET" => await GetAsync(name),
            "PUT" => await PutAsync(name),
            _ => throw new WirephotoException(ErrorCode.UnknownRequest, "a request is LIST, GET|name or PUT|name"),
        };
    }

    async Task<string> ListAsync()
    {
        var names = new ArrayBufferWriter<byte>();
        var count = 0;
        await foreach (var image in Images.ListAsync(Patience.Token))
        {
            Encoding.UTF8.GetBytes(image.Name.Text, names);
            names.Write("\n"u8);
            count++;
        }

        // Many names are not copied once more only to stand in one piece with their length: the client may take its time with them.
        var length = Length(names.WrittenCount);
        await Delivery.WriteAsync(
            async (writer, deadline, cancel) =>
            {
                writer.Add(length);
                await writer.WriteBodyAsync(names.WrittenMemory, moved => deadline.Moved(moved), cancel);
                await writer.FlushAsync(cancel);
            },
            readsImage: false);
        return $"{count} images";
    }

    async Task<string> GetAsync(string name)
    {
        var open = await Images.OpenAsync(name, Patience.Token);
        await using var image = new ImageBody(open, 0, open.Image.Length);

        // These clients read the three bytes of the handshake in one call: they must not come apart.
        await Delivery.SendAsync((byte[])[.. "OK\n"u8, .. Length(open.Image.Length)], image);
        return $"{open.Image.Length} bytes";
    }

    async Task<string> PutAsync(string name)
    {
        await Images.EnsureFreeAsync(name, Patience.Token);
        await Delivery.SendAsync("OK\n"u8.ToArray());
        CanBeRefused = false;
        Patience.AwaitLength();
        var length = BinaryPrimitives.ReadUInt64BigEndian(await ReadExactlyAsync(LengthBytes));
        Patience.Rest();
        return await TakeAsync(name, length <= long.MaxValue ? (long)length : long.MaxValue);
    }

    async ValueTask<byte[]> ReadLineAsync()
    {
        Patience.AwaitHead();
        while (true)
        {
            var result = await Duplex.Input.ReadAsync(Patience.Token);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = result.Buffer.Slice(0, end).ToArray();
                Duplex.Input.AdvanceTo(result.Buffer.GetPosition(1, end));
                Patience.Rest();
                return line is [.. var most, (byte)'\r'] ? most : line;
            }

            var length = result.Buffer.Length;
            Duplex.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (length > LongestRequest) throw new WirephotoException(ErrorCode.BadRequest, $"the request line has more than {LongestRequest} bytes");
            if (result.IsCompleted) throw new EndOfStreamException("the connection ended inside a request line");
        }
    }

    static byte[] Length(long length)
    {
        var bytes = new byte[LengthBytes];
        BinaryPrimitives.WriteInt64BigEndian(bytes, length);
        return bytes;
    }
}
