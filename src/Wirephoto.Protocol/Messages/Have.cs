using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>have: which of these images does the server durably hold, under which names?</summary>
/// <param name="Digests">At most <see cref="ProtocolLimits.HaveDigests"/>.</param>
public sealed record HaveRequest(IReadOnlyList<Digest> Digests) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "have";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static HaveRequest Read(Head head) => new(head.Digests("sha256", ProtocolLimits.HaveDigests));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => head.Texts("sha256", Digests.Select(d => d.ToString()));
}

/// <summary>The reply to <see cref="HaveRequest"/>; one <see cref="HaveEntry"/> line for each digest follows, in the order they were asked for.</summary>
/// <param name="Size">Bytes in all lines.</param>
public sealed record HaveReply(long Size) : Reply
{
    /// <inheritdoc/>
    public override long? BodySize => Size;

    /// <summary>Reads the reply.</summary>
    public static HaveReply Read(Head head) => new(head.Number("size"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
    }
}

/// <summary>One line of the reply: a digest and names that hold it, at most <see cref="ProtocolLimits.NamesPerDigest"/>; none: the server does not have it.</summary>
public sealed record HaveEntry(Digest Sha256, IReadOnlyList<string> Filenames)
{
    /// <summary>Reads a line.</summary>
    public static HaveEntry Read(Head line) => new(line.Digest("sha256"), line.Texts("filenames", ProtocolLimits.NamesPerDigest));

    /// <summary>Writes a line's members.</summary>
    public void Write(HeadWriter line)
    {
        line.Digest("sha256", Sha256);
        line.Texts("filenames", Filenames);
    }
}
