using System.Buffers;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Framing;

/// <summary>Collects heads and small bodies, so that what belongs together leaves in one write.</summary>
public sealed class FrameWriter(Duplex duplex) : IDisposable
{
    /// <summary>Bytes from which on a body is not worth copying into the same write.</summary>
    public const int SmallBody = 64 * 1024;

    readonly ArrayBufferWriter<byte> collected = new(1024);
    readonly HeadWriter head = new();

    /// <summary>The writer for heads; what it returns goes to <see cref="Add"/>.</summary>
    public HeadWriter Head => head;

    /// <summary>The connection, for bodies that are written past the collected bytes; flush before.</summary>
    public Duplex Duplex => duplex;

    /// <summary>Bytes that were collected and not written yet.</summary>
    public int Collected => collected.WrittenCount;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlyMemory<byte> bytes) => collected.Write(bytes.Span);

    /// <summary>Room for this many bytes at least; <see cref="Advance"/> says how many were put there.</summary>
    public Memory<byte> Room(int bytes) => collected.GetMemory(bytes);

    /// <summary>Counts bytes that were put into <see cref="Room"/>.</summary>
    public void Advance(int bytes) => collected.Advance(bytes);

    /// <summary>Writes what was collected.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (collected.WrittenCount == 0) return;
        await duplex.WriteAsync(collected.WrittenMemory, cancel);
        collected.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public void Dispose() => head.Dispose();
}
