using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>stat: what is known of an image, without its bytes.</summary>
/// <param name="Filename">Its name.</param>
public sealed record StatRequest(string Filename) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "stat";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static StatRequest Read(Head head) => new(head.Text("filename"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => head.Text("filename", Filename);
}

/// <summary>The reply to <see cref="StatRequest"/>.</summary>
public sealed record StatReply(ImageInfo Image) : Reply
{
    /// <summary>Reads the reply.</summary>
    public static StatReply Read(Head head) => new(ImageInfo.Read(head));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => Image.Write(head);
}
