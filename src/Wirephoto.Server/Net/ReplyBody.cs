using Wirephoto.Protocol.Framing;

namespace Wirephoto.Server.Net;

/// <summary>The bytes that follow the head of a reply.</summary>
public abstract class ReplyBody : IAsyncDisposable
{
    /// <summary>Whether so many bytes of it wait in memory that only one such body may be due on a connection.</summary>
    public virtual bool IsLarge => false;

    /// <summary>Writes them; what was collected before goes first, and a small body goes along with it when the writer is flushed.</summary>
    /// <exception cref="EndOfStreamException">There are fewer bytes than the head told.</exception>
    public abstract ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
