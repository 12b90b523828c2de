namespace Wirephoto.Protocol;

/// <summary>What the native protocol itself fixes. A server's own limits are in <see cref="Messages.AnnouncedLimits"/>.</summary>
public static class ProtocolLimits
{
    /// <summary>The protocol's version.</summary>
    public const int Version = 1;

    /// <summary>Bytes in a head: what its 16-bit length can say.</summary>
    public const int HeadBytes = ushort.MaxValue;

    /// <summary>Objects and arrays inside each other in a head, the head itself included.</summary>
    public const int HeadDepth = 8;

    /// <summary>The largest number in a head: the largest whole number that every JSON reader keeps exactly (2^53-1).</summary>
    public const long Number = (1L << 53) - 1;

    /// <summary>Characters in a textual <c>id</c>.</summary>
    public const int IdChars = 64;

    /// <summary>Characters in the text of <c>say</c>; escaped six-fold it still fits a head.</summary>
    public const int SayChars = 8192;

    /// <summary>Digests in one <c>have</c>.</summary>
    public const int HaveDigests = 256;

    /// <summary>Names that <c>have</c> gives for one digest.</summary>
    public const int NamesPerDigest = 16;

    /// <summary>Entries in one page of <c>list</c> when its request does not say.</summary>
    public const int ListEntries = 1000;

    /// <summary>Bytes that a receiver accepts for the body of a list, have or status.</summary>
    public const int LinesBytes = 16 << 20;
}
