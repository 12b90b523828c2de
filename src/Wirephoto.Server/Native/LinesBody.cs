using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>Lines of a list, have or status, as the body of a reply.</summary>
sealed class LinesBody(LinesWriter lines) : ReplyBody
{
    /// <inheritdoc/>
    public override bool IsLarge { get; } = lines.Body.Length > FrameWriter.SmallBody;

    /// <inheritdoc/>
    public override ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel) =>
        writer.WriteBodyAsync(lines.Body, moved => deadline.Moved(moved), cancel);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lines.Dispose();
        return ValueTask.CompletedTask;
    }
}
