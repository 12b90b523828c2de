using System.Buffers;
using System.Buffers.Binary;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>The payload of one frame as it arrives: nothing beyond its length is ever read.</summary>
sealed class FrameInput(Duplex duplex, long length)
{
    /// <summary>Bytes that were read, or handed over to be read by somebody else.</summary>
    public long Position { get; private set; }

    /// <summary>Bytes that follow.</summary>
    public long Remaining => length - Position;

    /// <summary>Reads one byte.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>: the frame has no more bytes.</exception>
    /// <exception cref="EndOfStreamException">The connection ended.</exception>
    public async ValueTask<byte> ReadByteAsync(CancellationToken cancel) => (await ReadAsync(1, cancel))[0];

    /// <summary>Reads a little-endian number of 1, 4 or 8 bytes.</summary>
    public async ValueTask<ulong> ReadNumberAsync(int size, CancellationToken cancel)
    {
        var bytes = new byte[sizeof(ulong)];
        (await ReadAsync(size, cancel)).CopyTo(bytes, 0);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    /// <summary>Reads bytes; the caller has checked that there are not too many.</summary>
    public async ValueTask<byte[]> ReadAsync(int count, CancellationToken cancel)
    {
        Skip((ulong)count);
        if (count == 0) return [];

        var result = await duplex.Input.ReadAtLeastAsync(count, cancel);
        if (result.Buffer.Length < count)
        {
            duplex.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            throw new EndOfStreamException("the connection ended inside a pickle");
        }

        var bytes = BuffersExtensions.ToArray(result.Buffer.Slice(0, count));
        duplex.Input.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Counts bytes that the caller reads from the connection itself.</summary>
    public void Skip(ulong count)
    {
        if (count > (ulong)Remaining) throw new WirephotoException(ErrorCode.BadHead, $"the pickle goes on beyond the {length} bytes of its frame");
        Position += (long)count;
    }
}
