using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// One end of a byte stream in both directions, without a word about sockets: a session runs over it the same in a test. Heads go
/// through a small pipe, bodies past it, straight between the stream and the caller's memory. Reading and writing may happen at the same
/// time; each by one caller.
/// </summary>
public class Duplex : IAsyncDisposable
{
    // A head is a few hundred bytes; whatever of a body the pipe picks up along with it has to be copied once more.
    const int HeadBuffer = 4096;

    /// <summary>Bytes between two looks at a deadline while a file is sent.</summary>
    public const int FileSlice = TransferBuffer.Size;

    readonly Stream stream;

    /// <summary>Takes over a stream, and disposes it in the end.</summary>
    public Duplex(Stream stream)
    {
        this.stream = stream;

        // Zero-byte reads: a silent connection holds no buffer.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: HeadBuffer, minimumReadSize: 512, leaveOpen: true, useZeroByteReads: true));
    }

    /// <summary>Where heads are read.</summary>
    public PipeReader Input { get; }

    /// <summary>Reads bytes of a body into the caller's memory: what the pipe holds first, then straight from the stream. 0 at the end of the stream.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> memory, CancellationToken cancel)
    {
        if (!Input.TryRead(out var held)) return await stream.ReadAsync(memory, cancel);

        var count = (int)Math.Min(held.Buffer.Length, memory.Length);
        System.Buffers.BuffersExtensions.CopyTo(held.Buffer.Slice(0, count), memory.Span);
        Input.AdvanceTo(held.Buffer.GetPosition(count));
        return count > 0 || memory.Length == 0 ? count : await stream.ReadAsync(memory, cancel);
    }

    /// <summary>Whether there are bytes that can be read without waiting, as far as is known.</summary>
    public virtual bool IsReadable
    {
        get
        {
            if (!Input.TryRead(out var held)) return false;
            Input.AdvanceTo(held.Buffer.Start);
            return !held.Buffer.IsEmpty;
        }
    }

    /// <summary>Waits until there is something to read, without holding any memory for it.</summary>
    public async ValueTask WaitToReadAsync(CancellationToken cancel)
    {
        if (Input.TryRead(out var held))
        {
            Input.AdvanceTo(held.Buffer.Start);
            if (!held.Buffer.IsEmpty) return;
        }

        _ = await stream.ReadAsync(Memory<byte>.Empty, cancel);
    }

    /// <summary>The same where it is known how much is still to come at least: of very much it may wait a moment for more than the first bytes.</summary>
    public virtual ValueTask WaitToReadAsync(long coming, CancellationToken cancel) => WaitToReadAsync(cancel);

    /// <summary>Writes bytes; they may be reused when this returns.</summary>
    public virtual ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => stream.WriteAsync(bytes, cancel);

    /// <summary>Writes bytes, and a part of a file behind them. This is the portable way, through a pooled buffer; a socket may know a shorter one.</summary>
    /// <param name="before">The bytes; they may be reused when this returns.</param>
    /// <param name="file">The file; it stays the caller's.</param>
    /// <param name="offset">Where the part begins.</param>
    /// <param name="count">Bytes in the part.</param>
    /// <param name="moved">Told after each slice, of <see cref="FileSlice"/> bytes at most, how many bytes it had.</param>
    /// <param name="cancel">Ends the wait for the peer; the connection can't be used afterwards.</param>
    /// <exception cref="EndOfStreamException">The file is shorter than the part.</exception>
    public virtual async ValueTask WriteFileAsync(
        ReadOnlyMemory<byte> before, SafeFileHandle file, long offset, long count, Action<int>? moved, CancellationToken cancel)
    {
        if (!before.IsEmpty) await WriteAsync(before, cancel);
        using var buffer = TransferBuffer.Rent();
        while (count > 0)
        {
            var part = buffer.Memory[..(int)Math.Min(count, buffer.Memory.Length)];

            // Not by the asynchronous call: that is this one on another thread of the pool, and a change of threads for each part.
            var read = RandomAccess.Read(file, part.Span, offset);
            if (read == 0) throw new EndOfStreamException("the file became shorter while it was sent");
            await WriteAsync(part[..read], cancel);
            moved?.Invoke(read);
            offset += read;
            count -= read;
        }
    }

    /// <summary>How many written bytes the peer's machine has not confirmed yet; null: what carries them can't tell.</summary>
    public virtual int? Unconfirmed => null;

    /// <summary>Asks that few written bytes are held back, so that a write that has returned is nearly delivered; for where <see cref="Unconfirmed"/> can't tell.</summary>
    public virtual void HoldFew(int bytes)
    {
    }

    /// <summary>Says that nothing more will be written; reading goes on.</summary>
    public virtual void ShutdownWrite()
    {
    }

    /// <summary>Ends both directions at once, from any thread; pending reads and writes fail.</summary>
    public virtual void Abort() => stream.Dispose();

    /// <inheritdoc/>
    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Input.CompleteAsync();
        await stream.DisposeAsync();
    }
}
