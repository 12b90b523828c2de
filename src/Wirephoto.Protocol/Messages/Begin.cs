using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Messages;

/// <summary>begin: asks for an upload, or goes on with one, before any byte travels.</summary>
/// <param name="Filename">The name the image shall get.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Upload">The token that names the upload from now on.</param>
/// <param name="Sha256">Its digest, if known already: finds an interrupted upload of the same image.</param>
/// <param name="Modified">The file's own date.</param>
public sealed record BeginRequest(string Filename, long Length, UploadToken Upload, Digest? Sha256, DateTimeOffset? Modified) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "begin";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static BeginRequest Read(Head head) => new(
        head.Text("filename"), head.Number("length"), head.Token("upload"), head.OptionalDigest("sha256"), head.OptionalTime("modified"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("filename", Filename);
        head.Number("length", Length);
        head.Token("upload", Upload);
        head.Digest("sha256", Sha256);
        head.Time("modified", Modified);
    }
}

/// <summary>The reply to <see cref="BeginRequest"/>.</summary>
/// <param name="Offset">Bytes that are kept already: where to go on.</param>
/// <param name="PrefixSha256">The digest of those bytes, to be compared with the same bytes of the local file.</param>
/// <param name="Committed">Whether it was committed before: only its receipt can be had again.</param>
public sealed record BeginReply(long Offset, Digest PrefixSha256, bool Committed = false) : Reply
{
    /// <summary>Reads the reply.</summary>
    public static BeginReply Read(Head head) => new(head.Number("offset"), head.Digest("prefix_sha256"), head.OptionalFlag("committed") == true);

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Number("offset", Offset);
        head.Digest("prefix_sha256", PrefixSha256);
        head.Flag("committed", Committed ? true : null);
    }
}
