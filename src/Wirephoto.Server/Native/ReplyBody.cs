using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

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
