using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Storage;

namespace Wirephoto.Server.Net;

/// <summary>A part of a stored image. It owns the open image.</summary>
public sealed class ImageBody(OpenImage image, long offset, long size) : ReplyBody
{
    /// <inheritdoc/>
    public override async ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel)
    {
        if (size <= FrameWriter.SmallBody)
        {
            await CollectAsync(writer, cancel);
            return;
        }

        if (image.File is { } file)
        {
            await writer.WriteFileAsync(file, offset, size, moved => deadline.Moved(moved), cancel);
            return;
        }

        await writer.FlushAsync(cancel);
        await CopyAsync(writer.Duplex, deadline, cancel);
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

    async ValueTask CopyAsync(Duplex duplex, Deadline deadline, CancellationToken cancel)
    {
        using var buffer = TransferBuffer.Rent();
        for (var done = 0L; done < size;)
        {
            var read = await ReadAsync(offset + done, buffer.Memory[..(int)Math.Min(size - done, TransferBuffer.Size)], cancel);
            await duplex.WriteAsync(buffer.Memory[..read], cancel);
            deadline.Moved(read);
            done += read;
        }
    }

    async ValueTask<int> ReadAsync(long from, Memory<byte> memory, CancellationToken cancel)
    {
        var read = await image.ReadAsync(from, memory, cancel);
        return read > 0 ? read : throw new EndOfStreamException("the image became shorter while it was sent");
    }
}
