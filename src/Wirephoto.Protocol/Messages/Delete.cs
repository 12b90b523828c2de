using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>delete: remove an image; answered with a <see cref="DoneReply"/> once the removal is durable.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="Sha256">Remove it only if it still is this image; null: whatever it is.</param>
public sealed record DeleteRequest(string Filename, Digest? Sha256 = null) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "delete";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static DeleteRequest Read(Head head) => new(head.Text("filename"), head.OptionalDigest("sha256"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("filename", Filename);
        head.Digest("sha256", Sha256);
    }
}
