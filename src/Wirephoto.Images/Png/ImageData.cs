namespace Wirephoto.Images.Png;

/// <summary>Counts the data of all IDAT chunks, which is one zlib stream, and checks its first two bytes.</summary>
/// <remarks>
/// <code>
/// +-----+-----+----------------+----------+
/// | CMF | FLG | deflate blocks | Adler-32 |
/// +-----+-----+----------------+----------+
///    1     1     2 or more          4
/// </code>
/// RFC 1950, 2.2; ISO/IEC 15948, 10.1. Nothing is decompressed.
/// </remarks>
internal struct ImageData
{
    // Header, the shortest deflate block, Adler-32.
    private const int Shortest = 2 + 2 + 4;
    private const int Deflate = 8, LargestWindow = 7, PresetDictionary = 0x20;

    private byte method;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Whether there is enough for any stream.</summary>
    public readonly bool IsEnough => Length >= Shortest;

    /// <summary>Counts a piece; false when its bytes make a header that no PNG may have.</summary>
    public bool Append(ReadOnlySpan<byte> piece)
    {
        var header = true;
        if (Length < 2)
        {
            for (var i = 0; i < piece.Length && Length + i < 2; i++)
            {
                if (Length + i == 0)
                    method = piece[i];
                else
                    header = IsHeader(method, piece[i]);
            }
        }
        Length += piece.Length;
        return header;
    }

    private static bool IsHeader(byte method, byte flags) =>
        (method & 15) == Deflate && method >> 4 <= LargestWindow && (flags & PresetDictionary) == 0 && (method << 8 | flags) % 31 == 0;
}
