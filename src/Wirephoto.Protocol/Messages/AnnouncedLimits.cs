using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>The limits that a server announces in its reply to <c>hello</c>. The defaults hold for a client that never said hello.</summary>
public sealed record AnnouncedLimits
{
    /// <summary>Bytes of an image that fits into one <c>put</c>: small enough to be sent again as a whole.</summary>
    public long Put { get; init; } = 4 << 20;

    /// <summary>Bytes in one <c>append</c>: half a second of a 100 Mbit/s line or so is all that a lost reply can cost.</summary>
    public long Piece { get; init; } = 8 << 20;

    /// <summary>Bytes in an image.</summary>
    public long Length { get; init; } = 8L << 30;

    /// <summary>Requests that may wait for their replies on one connection.</summary>
    public long Pipeline { get; init; } = 64;

    /// <summary>Pixels (width x height) that an image may declare.</summary>
    public long Pixels { get; init; } = 1_000_000_000;

    /// <summary>Entries in one page of <c>list</c>, for a client that asks for so many.</summary>
    public long List { get; init; } = ProtocolLimits.ListEntries;

    /// <summary>Digests in one <c>have</c>.</summary>
    public long Have { get; init; } = ProtocolLimits.HaveDigests;

    internal static AnnouncedLimits Read(Head head)
    {
        var standard = new AnnouncedLimits();
        return new AnnouncedLimits
        {
            Put = head.OptionalNumber("put") ?? standard.Put,
            Piece = head.OptionalNumber("piece") ?? standard.Piece,
            Length = head.OptionalNumber("length") ?? standard.Length,
            Pipeline = head.OptionalNumber("pipeline") ?? standard.Pipeline,
            Pixels = head.OptionalNumber("pixels") ?? standard.Pixels,
            List = head.OptionalNumber("list") ?? standard.List,
            Have = head.OptionalNumber("have") ?? standard.Have,
        };
    }

    internal void Write(HeadWriter head)
    {
        head.Number("put", Put);
        head.Number("piece", Piece);
        head.Number("length", Length);
        head.Number("pipeline", Pipeline);
        head.Number("pixels", Pixels);
        head.Number("list", List);
        head.Number("have", Have);
    }
}
