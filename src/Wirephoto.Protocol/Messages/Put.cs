using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>put: a whole image in one message; answered with a <see cref="Receipt"/>.</summary>
/// <param name="Filename">The name it shall get.</param>
/// <param name="Size">Its length in bytes, all of which follow as the body.</param>
/// <param name="Sha256">The digest of its bytes.</param>
/// <param name="Modified">The file's own date.</param>
public sealed record PutRequest(string Filename, long Size, Digest Sha256, DateTimeOffset? Modified) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "put";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <inheritdoc/>
    public override long? BodySize => Size;

    /// <summary>Reads the request.</summary>
    public static PutRequest Read(Head head) => new(head.Text("filename"), head.Number("size"), head.Digest("sha256"), head.OptionalTime("modified"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("filename", Filename);
        head.Digest("sha256", Sha256);
        head.Time("modified", Modified);
    }
}
