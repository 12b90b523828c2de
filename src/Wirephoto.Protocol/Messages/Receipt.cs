using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>The reply to put and commit: this image is durable under this name, and these are its length and digest.</summary>
public sealed record Receipt(ImageInfo Image) : Reply
{
    /// <summary>Reads the reply.</summary>
    public static Receipt Read(Head head) => new(ImageInfo.Read(head));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => Image.Write(head);
}
