using System.Buffers.Binary;

namespace Wirephoto.Images.Jpeg;

/// <summary>What a frame header declares; a height of 0 is left to a DNL segment.</summary>
/// <remarks>
/// <code>
/// +------+----+---+--------+-------+----+------------------------------+
/// | FF C0|  Lf| P |    Y   |   X   | Nf | Ci 1 | Hi:Vi 1 | Tqi 1       |  x Nf
/// +------+----+---+--------+-------+----+------------------------------+
///   SOFn   2    1   height   width   1    component, sampling, table
/// </code>
/// ITU-T T.81, B.2.2.
/// </remarks>
internal sealed record FrameHeader(int Width, int Height, int Components, uint Identifiers)
{
    private const int MaxComponents = 4, Fixed = 6, PerComponent = 3;

    /// <summary>Bytes that the largest header takes after its length field.</summary>
    public const int MaxLength = Fixed + PerComponent * MaxComponents;

    /// <summary>Whether a header of 1 to 4 components can have that many bytes after its length field.</summary>
    public static bool IsLength(int length) =>
        length is >= Fixed + PerComponent and <= MaxLength && (length - Fixed) % PerComponent == 0;

    /// <summary>Reads the bytes after the length field; null and the reason when they break a rule.</summary>
    public static FrameHeader? Read(byte marker, ReadOnlySpan<byte> bytes, out string wrong)
    {
        var (precision, components) = (bytes[0], bytes[5]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        wrong = "";
        if (bytes.Length != Fixed + PerComponent * components)
            wrong = $"frame header is for {components} components but has the length of {(bytes.Length - Fixed) / PerComponent}";
        else if (!IsPrecision(marker, precision))
            wrong = $"frame header has a sample precision of {precision} bits, which its process does not allow,";
        else if (width == 0)
            wrong = "frame header has a width of zero";
        if (wrong.Length > 0)
            return null;

        uint identifiers = 0;
        for (var at = Fixed; at < bytes.Length; at += PerComponent)
        {
            var (horizontal, vertical) = (bytes[at + 1] >> 4, bytes[at + 1] & 15);
            if (horizontal is < 1 or > 4 || vertical is < 1 or > 4 || bytes[at + 2] > 3)
            {
                wrong = $"frame header has illegal sampling or table numbers ({horizontal}x{vertical}, {bytes[at + 2]})";
                return null;
            }
            identifiers = identifiers << 8 | bytes[at];
        }
        return new FrameHeader(width, BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]), components, identifiers);
    }

    /// <summary>Whether the frame has a component of that identifier.</summary>
    public bool Has(byte identifier)
    {
        for (var i = 0; i < Components; i++)
        {
            if ((byte)(Identifiers >> 8 * i) == identifier)
                return true;
        }
        return false;
    }

    // Table B.2: baseline has 8 bits, the other DCT processes 8 or 12, the lossless ones (SOF3, 7, 11, 15) 2 to 16.
    private static bool IsPrecision(byte marker, byte precision)
    {
        if ((marker & 3) == 3)
            return precision is >= 2 and <= 16;
        return precision == 8 || (precision == 12 && marker != 0xC0);
    }
}
