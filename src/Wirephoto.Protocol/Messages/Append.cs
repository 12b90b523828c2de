using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Messages;

/// <summary>append: the next piece of an upload that this connection began.</summary>
/// <param name="Upload">The upload's token.</param>
/// <param name="Offset">Where the piece belongs, in bytes; must be where the upload stands.</param>
/// <param name="Size">Bytes in the piece, which follow as the body.</param>
public sealed record AppendRequest(UploadToken Upload, long Offset, long Size) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "append";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <inheritdoc/>
    public override long? BodySize => Size;

    /// <summary>Reads the request.</summary>
    public static AppendRequest Read(Head head) => new(head.Token("upload"), head.Number("offset"), head.Number("size"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Token("upload", Upload);
        head.Number("offset", Offset);
    }
}

/// <summary>The reply to <see cref="AppendRequest"/>.</summary>
/// <param name="Offset">Bytes that would survive a restart of the server.</param>
public sealed record AppendReply(long Offset) : Reply
{
    /// <summary>Reads the reply.</summary>
    public static AppendReply Read(Head head) => new(head.Number("offset"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => head.Number("offset", Offset);
}
