using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>The bytes that follow the head of a reply.</summary>
abstract class ReplyBody : IAsyncDisposable
{
    /// <summary>Whether so many bytes of it wait in memory that only one such body may be due on a connection.</summary>
    public virtual bool IsLarge => false;

    /// <summary>Writes them; what was collected before goes first.</summary>
    public abstract ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>Lines of a list, have or status.</summary>
sealed class LinesBody(LinesWriter lines) : ReplyBody
{
    /// <inheritdoc/>
    public override bool IsLarge => lines.Body.Length > FrameWriter.SmallBody;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel)
    {
        if (!IsLarge)
        {
            writer.Add(lines.Body);
            return;
        }

        // Slice by slice, so that a slow client is measured by what it takes and not by the length of the page.
        await writer.FlushAsync(cancel);
        for (var rest = lines.Body; !rest.IsEmpty;)
        {
            var slice = rest[..Math.Min(rest.Length, TransferBuffer.Size)];
            await writer.Duplex.WriteAsync(slice, cancel);
            deadline.Moved(slice.Length);
            rest = rest[slice.Length..];
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
