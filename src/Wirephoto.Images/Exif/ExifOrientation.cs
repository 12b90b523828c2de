using System.Buffers.Binary;

namespace Wirephoto.Images.Exif;

/// <summary>Finds the orientation in Exif data that is pushed through it; looks at each byte once and never goes back.</summary>
/// <remarks>
/// <code>
/// +-------------+------+------------+-----+-------+----------------------------------------------+
/// | "II" | "MM" |  42  | IFD0 offset| ... | count | entry: tag 2 | type 2 | count 4 | value 4      |  x count
/// +-------------+------+------------+-----+-------+----------------------------------------------+
///   byte order    2      4, from here       2       tag 0x0112, one SHORT (or LONG): the orientation
/// </code>
/// TIFF 6.0, section 2; Exif 2.32 (CIPA DC-008), 4.6.4. Exif data that breaks the rules leaves the orientation at 1: it is no reason
/// to refuse an image.
/// </remarks>
internal sealed class ExifOrientation
{
    private const int HeaderLength = 8, EntryLength = 12;
    private const ushort OrientationTag = 0x0112, Short = 3, Long = 4;

    private readonly FieldBuffer field = new(EntryLength);
    private Part part = Part.Header;
    private bool littleEndian;
    private long gap;
    private int entries;

    private enum Part { Header, Gap, Count, Entry, Done }

    public ExifOrientation() => field.Expect(HeaderLength);

    /// <summary>The orientation, 1 to 8.</summary>
    public int Value { get; private set; } = 1;

    /// <summary>Reads the next piece, the first one starting at the byte order.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && part != Part.Done)
        {
            if (part == Part.Gap)
            {
                var skipped = (int)Math.Min(bytes.Length, gap);
                gap -= skipped;
                bytes = bytes[skipped..];
                if (gap == 0)
                    Expect(Part.Count, sizeof(ushort));
                continue;
            }
            bytes = bytes[field.Take(bytes)..];
            if (field.IsFull)
                ReadField(field.Bytes);
        }
    }

    private void ReadField(ReadOnlySpan<byte> bytes)
    {
        switch (part)
        {
            case Part.Header:
                ReadHeader(bytes);
                break;
            case Part.Count:
                entries = UInt16(bytes);
                NextEntry();
                break;
            case Part.Entry when UInt16(bytes) == OrientationTag:
                ReadOrientation(bytes);
                part = Part.Done;
                break;
            default:
                entries--;
                NextEntry();
                break;
        }
    }

    private void ReadHeader(ReadOnlySpan<byte> bytes)
    {
        littleEndian = bytes.StartsWith("II"u8);
        var known = littleEndian || bytes.StartsWith("MM"u8);
        gap = (long)UInt32(bytes[4..]) - HeaderLength;
        if (!known || UInt16(bytes[2..]) != 42 || gap < 0)
            part = Part.Done;
        else if (gap == 0)
            Expect(Part.Count, sizeof(ushort));
        else
            part = Part.Gap;
    }

    private void NextEntry()
    {
        if (entries > 0)
            Expect(Part.Entry, EntryLength);
        else
            part = Part.Done;
    }

    private void ReadOrientation(ReadOnlySpan<byte> entry)
    {
        var value = UInt16(entry[2..]) switch
        {
            Short => UInt16(entry[8..]),
            Long => UInt32(entry[8..]),
            _ => 0u,
        };
        if (UInt32(entry[4..]) == 1 && value is >= 1 and <= 8)
            Value = (int)value;
    }

    private void Expect(Part next, int length)
    {
        part = next;
        field.Expect(length);
    }

    private ushort UInt16(ReadOnlySpan<byte> bytes) =>
        littleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private uint UInt32(ReadOnlySpan<byte> bytes) =>
        littleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
