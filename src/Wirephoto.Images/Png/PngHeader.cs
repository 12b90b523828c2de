using System.Buffers.Binary;

namespace Wirephoto.Images.Png;

/// <summary>What an IHDR chunk declares.</summary>
/// <remarks>
/// <code>
/// +-------+--------+-------+-------+-------------+--------+-----------+
/// | width | height | depth | color | compression | filter | interlace |
/// +-------+--------+-------+-------+-------------+--------+-----------+
///     4       4        1       1          1          1         1
/// </code>
/// ISO/IEC 15948, 11.2.2.
/// </remarks>
internal sealed record PngHeader(int Width, int Height, byte Depth, byte Color)
{
    public const int Length = 13;
    private const byte Gray = 0, Rgb = 2, Indexed = 3, GrayAlpha = 4, RgbAlpha = 6;

    /// <summary>Whether pixels are indexes into a palette, which must be there then.</summary>
    public bool NeedsPalette => Color == Indexed;

    /// <summary>Whether a palette is no more than a suggestion (color images), or needed.</summary>
    public bool MayHavePalette => Color is not (Gray or GrayAlpha);

    /// <summary>Bits of one pixel.</summary>
    public int BitsPerPixel => Depth * Color switch
    {
        Rgb => 3,
        GrayAlpha => 2,
        RgbAlpha => 4,
        _ => 1,
    };

    /// <summary>Reads the data of the chunk; null and the reason when it breaks a rule.</summary>
    public static PngHeader? Read(ReadOnlySpan<byte> data, out string wrong)
    {
        var width = BinaryPrimitives.ReadUInt32BigEndian(data);
        var height = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        var (depth, color, compression, filter, interlace) = (data[8], data[9], data[10], data[11], data[12]);
        wrong = "";
        if (width == 0 || height == 0)
            wrong = $"PNG header declares no pixels ({width} x {height})";
        else if (width > int.MaxValue || height > int.MaxValue)
            wrong = $"PNG header declares impossible dimensions ({width} x {height})";
        else if (color is not (Gray or Rgb or Indexed or GrayAlpha or RgbAlpha))
            wrong = $"PNG header has the unknown color type {color}";
        else if (!IsDepth(color, depth))
            wrong = $"PNG header has the illegal bit depth {depth} for color type {color}";
        else if (compression != 0 || filter != 0)
            wrong = $"PNG header has an unknown compression ({compression}) or filter ({filter}) method";
        else if (interlace > 1)
            wrong = $"PNG header has the unknown interlace method {interlace}";
        return wrong.Length > 0 ? null : new PngHeader((int)width, (int)height, depth, color);
    }

    /// <summary>Whether that much deflated data can hold the pixels at all: deflate (RFC 1951) makes at most 1,032 bytes of one.</summary>
    public bool CanComeFrom(long deflatedLength) => (UInt128)Width * (uint)Height * (uint)BitsPerPixel / 8 <= (UInt128)deflatedLength * 1032;

    private static bool IsDepth(byte color, byte depth) => color switch
    {
        Gray => depth is 1 or 2 or 4 or 8 or 16,
        Indexed => depth is 1 or 2 or 4 or 8,
        _ => depth is 8 or 16,
    };
}
