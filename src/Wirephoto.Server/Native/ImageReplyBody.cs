using Wirephoto.Protocol.Framing;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>A part of a stored image, as the body of a reply.</summary>
sealed class ImageReplyBody(ImageBody image) : ReplyBody
{
    /// <inheritdoc/>
    public override ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel) => image.WriteAsync(writer, deadline, cancel);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => image.DisposeAsync();
}
