using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>list: a page of the images and folders inside a folder, sorted by the UTF-8 bytes of their names.</summary>
/// <param name="Folder">The folder; null: the top.</param>
/// <param name="Recursive">True: all images below it at any depth, and no folders.</param>
/// <param name="After">The cursor that the previous page gave; null: the first page.</param>
/// <param name="Limit">Entries at most; null: <see cref="ProtocolLimits.ListEntries"/>. The server gives no more than its own limit, and may give fewer.</param>
public sealed record ListRequest(string? Folder = null, bool? Recursive = null, string? After = null, long? Limit = null) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "list";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static ListRequest Read(Head head) => new(
        head.OptionalText("folder"), head.OptionalFlag("recursive"), head.OptionalText("after"), head.OptionalNumber("limit"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("folder", Folder);
        head.Flag("recursive", Recursive);
        head.Text("after", After);
        head.Number("limit", Limit);
    }
}

/// <summary>The reply to <see cref="ListRequest"/>; as many lines as <paramref name="Count"/> says follow, each a <see cref="ListEntry"/>.</summary>
/// <param name="Size">Bytes in all lines.</param>
/// <param name="Count">How many lines.</param>
/// <param name="Next">The cursor of the next page; null: this is the last one.</param>
public sealed record ListReply(long Size, long Count, string? Next) : Reply
{
    /// <inheritdoc/>
    public override long? BodySize => Size;

    /// <summary>Reads the reply.</summary>
    public static ListReply Read(Head head) => new(head.Number("size"), head.Number("count"), head.OptionalText("next"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Number("count", Count);
        head.Text("next", Next);
    }
}

/// <summary>One line of a listing: an image, or a folder (its whole name, without a trailing <c>/</c>).</summary>
public sealed record ListEntry(ImageInfo? Image, string? Folder)
{
    /// <summary>Reads a line.</summary>
    public static ListEntry Read(Head line) => line.OptionalText("folder") is { } folder ? new(null, folder) : new(ImageInfo.Read(line), null);

    /// <summary>Writes a line's members.</summary>
    public void Write(HeadWriter line)
    {
        line.Text("folder", Folder);
        Image?.Write(line);
    }
}
