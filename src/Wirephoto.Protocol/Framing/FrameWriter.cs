using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Framing;

/// <summary>Collects heads and small bodies, so that what belongs together leaves in one write.</summary>
public sealed class FrameWriter(Duplex duplex) : IDisposable
{
    /// <summary>Bytes from which on a body is not worth copying into the same write.</summary>
    public const int SmallBody = 64 * 1024;

    readonly PooledBytes collected = new();

    /// <summary>The writer for heads; what it returns goes to <see cref="Add"/>.</summary>
    public HeadWriter Head { get; } = new();

    /// <summary>Bytes that were collected and not yet written.</summary>
    public int Collected => collected.Count;

    /// <summary>The connection, for bodies that are written past the collected bytes; flush before.</summary>
    public Duplex Duplex => duplex;

    /// <summary>Adds bytes.</summary>
    public void Add(ReadOnlyMemory<byte> bytes) => collected.Write(bytes.Span);

    /// <summary>Room for this many bytes at least; <see cref="Advance"/> says how many were put there.</summary>
    public Memory<byte> Room(int bytes) => collected.GetMemory(bytes);

    /// <summary>Counts bytes that were put into <see cref="Room"/>.</summary>
    public void Advance(int bytes) => collected.Advance(bytes);

    /// <summary>
    /// Adds a small body to what was collected; a large one is written past it, in slices of at most <see cref="Duplex.FileSlice"/> bytes, so that
    /// somebody can watch it move.
    /// </summary>
    /// <param name="body">The body; it may be reused when this returns.</param>
    /// <param name="moved">Told after each slice how many bytes it had.</param>
    /// <param name="cancel">Ends the wait for the peer; the connection can't be used afterwards.</param>
    public async ValueTask WriteBodyAsync(ReadOnlyMemory<byte> body, Action<int>? moved, CancellationToken cancel)
    {
        if (body.Length <= SmallBody)
        {
            Add(body);
            return;
        }

        await FlushAsync(cancel);
        while (!body.IsEmpty)
        {
            var slice = body[..Math.Min(Duplex.FileSlice, body.Length)];
            await duplex.WriteAsync(slice, cancel);
            moved?.Invoke(slice.Length);
            body = body[slice.Length..];
        }
    }

    /// <summary>Writes what was collected and a part of a file behind it: see <see cref="Duplex.WriteFileAsync"/>.</summary>
    public async ValueTask WriteFileAsync(SafeFileHandle file, long offset, long count, Action<int>? moved, CancellationToken cancel)
    {
        await duplex.WriteFileAsync(collected.Written, file, offset, count, moved, cancel);
        Release();
    }

    /// <summary>Writes what was collected.</summary>
    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (collected.Count == 0) return;
        await duplex.WriteAsync(collected.Written, cancel);
        Release();
    }

    // Not after a failure: the bytes may still be on their way.
    void Release()
    {
        collected.Release();
        Head.Trim();
    }

    /// <inheritdoc/>
    public void Dispose() => Head.Dispose();
}
