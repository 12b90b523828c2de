using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;
using Wirephoto.Storage;

namespace Wirephoto.Server.Native;

/// <summary>The bytes that follow the head of a reply.</summary>
abstract class ReplyBody : IAsyncDisposable
{
    /// <summary>Writes them; what was collected before goes first.</summary>
    public abstract ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Lines of a list, have or status.</summary>
sealed class LinesBody(LinesWriter lines) : ReplyBody
{
    /// <inheritdoc/>
    public override ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel)
    {
        writer.Add(lines.Body);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lines.Dispose();
        return ValueTask.CompletedTask;
    }
}

/// <summary>A part of a stored image. It owns the open image.</summary>
sealed class ImageBody(OpenImage image, long offset, long size) : ReplyBody
{
    // Small enough that a slow reader is noticed between two of them, large enough that the calls do not count.
    const int Slice = 1 << 20;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel)
    {
        if (size <= FrameWriter.SmallBody)
        {
            await CollectAsync(writer, cancel);
            return;
        }

        await writer.FlushAsync(cancel);
        for (var done = 0L; done < size;)
        {
            var slice = Math.Min(Slice, size - done);
            await WriteSliceAsync(writer, offset + done, slice, cancel);
            deadline.Moved(slice);
            done += slice;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => image.DisposeAsync();

    async ValueTask CollectAsync(FrameWriter writer, CancellationToken cancel)
    {
        for (var left = (int)size; left > 0;)
        {
            var read = await ReadAsync(offset + size - left, writer.Room(left)[..left], cancel);
            writer.Advance(read);
            left -= read;
        }
    }

    async ValueTask WriteSliceAsync(FrameWriter writer, long from, long count, CancellationToken cancel)
    {
        if (image.File is { } file)
        {
            await writer.Duplex.WriteFileAsync(file, from, count, cancel);
            return;
        }

        using var buffer = TransferBuffer.Rent();
        while (count > 0)
        {
            var read = await ReadAsync(from, buffer.Memory[..(int)Math.Min(count, TransferBuffer.Size)], cancel);
            await writer.Duplex.WriteAsync(buffer.Memory[..read], cancel);
            from += read;
            count -= read;
        }
    }

    async ValueTask<int> ReadAsync(long from, Memory<byte> memory, CancellationToken cancel)
    {
        var read = await image.ReadAsync(from, memory, cancel);
        return read > 0 ? read : throw new EndOfStreamException("the image became shorter while it was sent");
    }
}
