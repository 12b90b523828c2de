using System.Buffers;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Framing;

/// <summary>Finds heads in a byte stream. It looks at the length and the first byte before it waits for the rest, and never allocates more than that length.</summary>
public static class FrameReader
{
    /// <summary>Reads the next head, or null when the stream ends where a head could have begun.</summary>
    /// <param name="duplex">Where to read.</param>
    /// <param name="begun">Called once when the first byte of the head is there: from then on a deadline for the rest may run.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>, with the rule.</exception>
    /// <exception cref="EndOfStreamException">The stream ended inside a head.</exception>
    public static async ValueTask<Head?> ReadHeadAsync(Duplex duplex, Action? begun, CancellationToken cancel)
    {
        while (true)
        {
            var result = await duplex.Input.ReadAsync(cancel);
            var buffer = result.Buffer;
            if (!buffer.IsEmpty)
            {
                begun?.Invoke();
                begun = null;
            }

            if (TryTake(ref buffer, out var bytes))
            {
                duplex.Input.AdvanceTo(buffer.Start);
                return HeadParser.Parse(bytes);
            }

            duplex.Input.AdvanceTo(buffer.Start, buffer.End);
            if (!result.IsCompleted) continue;
            return buffer.IsEmpty ? null : throw new EndOfStreamException("the connection ended inside a head");
        }
    }

    // Takes length and head off the buffer once both are there, as memory of their own: a head outlives the pipe's buffer.
    static bool TryTake(ref ReadOnlySequence<byte> buffer, out byte[] bytes)
    {
        bytes = [];
        var reader = new SequenceReader<byte>(buffer);
        if (!reader.TryReadBigEndian(out short signed)) return false;
        var length = (ushort)signed;
        if (length < 2) throw new WirephotoException(ErrorCode.BadHead, $"a head of {length} bytes can't hold an object");

        // Who speaks another protocol is told at once, instead of being waited for: "HTTP/1.1" would be the length 18,516 and the head "TP/1.1...".
        if (reader.TryPeek(out var first) && first != HeadParser.FirstByte) throw HeadParser.NoObject();
        if (reader.Remaining < length) return false;

        bytes = buffer.Slice(reader.Position, length).ToArray();
        buffer = buffer.Slice(buffer.GetPosition(2 + length));
        return true;
    }
}
