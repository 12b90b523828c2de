using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>Lines of a list, have or status, as the body of a reply.</summary>
/// <param name="lines">All of them.</param>
/// <param name="place">What they take of the memory that all clients share, given back when they are sent; null: they are few.</param>
sealed class LinesBody(LinesWriter lines, IDisposable? place = null) : ReplyBody
{
    /// <inheritdoc/>
    // What holds a place waits alone on its connection, however short its lines are: otherwise one connection could hold all places.
    public override bool IsLarge { get; } = place is not null || lines.Length > FrameWriter.SmallBody;

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel)
    {
        foreach (var piece in lines.Pieces) await writer.WriteBodyAsync(piece, moved => deadline.Moved(moved), cancel);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lines.Dispose();
        place?.Dispose();
        return ValueTask.CompletedTask;
    }
}
