using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Messages;

/// <summary>abort: forget this upload and what was kept of it; answered with a <see cref="DoneReply"/>.</summary>
/// <param name="Upload">The upload's token.</param>
public sealed record AbortRequest(UploadToken Upload) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "abort";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static AbortRequest Read(Head head) => new(head.Token("upload"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => head.Token("upload", Upload);
}
