using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Messages;

/// <summary>commit: all bytes are there, make them the image; answered with a <see cref="Receipt"/>, the same one when it is repeated within a day.</summary>
/// <param name="Upload">The upload's token.</param>
/// <param name="Sha256">The digest of the whole image.</param>
public sealed record CommitRequest(UploadToken Upload, Digest Sha256) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "commit";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static CommitRequest Read(Head head) => new(head.Token("upload"), head.Digest("sha256"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Token("upload", Upload);
        head.Digest("sha256", Sha256);
    }
}
