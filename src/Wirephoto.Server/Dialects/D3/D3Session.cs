using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects.D3;

/// <summary>Text that ends in a space, a 4-byte length and raw bytes: docs/dialects.md, "D3".</summary>
public sealed class D3Session(Duplex duplex, SessionContext context) : OneRequestSession(duplex, context, WireFormat.D3)
{
    const int LengthBytes = 4;

    // How long the rest of a name may lag behind a space inside it.
    static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    protected override ReadOnlyMemory<byte> Refusal { get; } = "invalid"u8.ToArray();

    /// <inheritdoc/>
    protected override async Task<string?> ServeAsync()
    {
        var request = await ReadRequestAsync();
        if (request.Verb == D3Verb.Nothing) return null;
        Begin(request.Verb.ToString().ToUpperInvariant(), Encoding.UTF8.GetString(request.Name));
        return request.Verb switch
        {
            D3Verb.List => await ListAsync(),
            D3Verb.Get => await GetAsync(Decode(request.Name)),
            _ => await PutAsync(Decode(request.Name)),
        };
    }

    async Task<string> ListAsync()
    {
        var names = new ArrayBufferWriter<byte>();
        var count = 0;
        await foreach (var image in Images.ListAsync(Patience.Token))
        {
            if (!D3Request.CanName(image.Name.Text, Context.Options.Types)) continue;
            if (count++ > 0) names.Write("\n"u8);
            Encoding.UTF8.GetBytes(image.Name.Text, names);
        }

        // One write, because these clients show what one read gives them.
        await Delivery.SendAsync(names.WrittenMemory);
        return $"{count} images";
    }

    async Task<string> GetAsync(string name)
    {
        var open = await Images.OpenAsync(name, Patience.Token);
        await using var image = new ImageBody(open, 0, open.Image.Length);
        if (open.Image.Length > uint.MaxValue) throw new WirephotoException(ErrorCode.TooLarge, $"{open.Image.Length} bytes do not fit this dialect's 4-byte length");

        var head = new byte[LengthBytes];
        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)open.Image.Length);
        await Delivery.SendAsync(head, image);
        return $"{open.Image.Length} bytes";
    }

    async Task<string> PutAsync(string name)
    {
        await Images.EnsureFreeAsync(name, Patience.Token);

        // These clients pause for 5 seconds here.
        Patience.AwaitLength();
        await SkipArgumentsAsync();
        var length = BinaryPrimitives.ReadUInt32BigEndian(await ReadExactlyAsync(LengthBytes));
        Patience.Rest();
        return await TakeAsync(name, length);
    }

    async Task<D3Request> ReadRequestAsync()
    {
        Patience.AwaitHead();
        D3Request? likely = null;
        while (true)
        {
            if (await ReadMoreAsync(settling: likely is not null) is not { } result) return likely!;
            var bytes = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, LongestRequest)).ToArray();
            likely = D3Request.Parse(bytes, Context.Options.Types);
            if (likely is { Certain: true } || (likely is not null && result.IsCompleted))
            {
                Duplex.Input.AdvanceTo(result.Buffer.GetPosition(likely.Length));
                Patience.Rest();
                return likely;
            }

            Duplex.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (bytes.Length == LongestRequest) throw new WirephotoException(ErrorCode.BadRequest, $"the request has more than {LongestRequest} bytes");
            if (result.IsCompleted) throw new EndOfStreamException("the connection ended inside a request");
        }
    }

    // Null: what might have been the whole request was not followed by more.
    async ValueTask<System.IO.Pipelines.ReadResult?> ReadMoreAsync(bool settling)
    {
        if (!settling) return await Duplex.Input.ReadAsync(Patience.Token);
        using var settled = new CancellationTokenSource(Settle, Context.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(settled.Token, Patience.Token);
        try
        {
            return await Duplex.Input.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (Patience.Late is null && settled.IsCancellationRequested)
        {
            Patience.Rest();
            return null;
        }
    }

    // Further arguments may follow the name, each with one space behind it. Anything else is no text of a client but
    // the length of an image that is too large for this dialect.
    async ValueTask SkipArgumentsAsync()
    {
        var last = (byte)' ';
        for (var skipped = 0L; ;)
        {
            var result = await Duplex.Input.ReadAsync(Patience.Token);
            var bytes = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, LongestRequest)).ToArray();
            var end = bytes.AsSpan().IndexOfAnyInRange((byte)0, (byte)(D3Request.FirstTextByte - 1));
            var text = end < 0 ? bytes : bytes[..end];
            Duplex.Input.AdvanceTo(result.Buffer.GetPosition(text.Length));
            skipped += text.Length;

            if ((last == ' ' && text is [(byte)' ', ..]) || text.AsSpan().IndexOf("  "u8) >= 0 || skipped > LongestRequest) throw NoLength();
            if (text.Length > 0) last = text[^1];
            if (end >= 0) break;
            if (result.IsCompleted) throw new EndOfStreamException("the connection ended before the length of the image");
        }

        if (last != ' ') throw NoLength();
    }

    static WirephotoException NoLength() => new(ErrorCode.TooLarge, "no length below 512 MiB, the most that this dialect can send, follows the request");
}
