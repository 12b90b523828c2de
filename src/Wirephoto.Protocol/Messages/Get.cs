using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>get: an image, or a part of it.</summary>
/// <param name="Filename">Its name.</param>
/// <param name="Offset">The first byte that is wanted; null: the first one.</param>
/// <param name="Length">How many bytes are wanted at most; null: all to the end.</param>
public sealed record GetRequest(string Filename, long? Offset = null, long? Length = null) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "get";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static GetRequest Read(Head head) => new(head.Text("filename"), head.OptionalNumber("offset"), head.OptionalNumber("length"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("filename", Filename);
        head.Number("offset", Offset);
        head.Number("length", Length);
    }
}

/// <summary>The reply to <see cref="GetRequest"/>; the bytes follow.</summary>
/// <param name="Image">The whole image: its length and digest, not the part's.</param>
/// <param name="Offset">Where the bytes that follow begin in the image.</param>
/// <param name="Size">How many follow.</param>
public sealed record GetReply(ImageInfo Image, long Offset, long Size) : Reply
{
    /// <inheritdoc/>
    public override long? BodySize => Size;

    /// <summary>Reads the reply.</summary>
    public static GetReply Read(Head head) => new(ImageInfo.Read(head), head.Number("offset"), head.Number("size"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Number("offset", Offset);
        Image.Write(head);
    }
}
