using System.Buffers.Binary;

namespace Wirephoto.TestImages;

/// <summary>Makes Exif data (a TIFF structure) whose first directory holds an orientation.</summary>
public static class TestExif
{
    private const ushort OrientationTag = 0x0112, Short = 3;

    /// <summary>Exif data with that orientation, legal or not, in either byte order, its directory <paramref name="gap"/> bytes after the header.</summary>
    public static byte[] Make(int orientation, bool littleEndian = true, int gap = 0) =>
        Directory(littleEndian, gap, (0x010F, Short, 1, 7), (OrientationTag, Short, 1, orientation), (0x0128, Short, 1, 2));

    /// <summary>Exif data with any entries of tag, type, count and SHORT value (or LONG, when the type is 4).</summary>
    public static byte[] Directory(bool littleEndian, int gap, params ReadOnlySpan<(int Tag, int Type, int Count, int Value)> entries)
    {
        var data = new byte[8 + gap + 2 + 12 * entries.Length + 4];
        (littleEndian ? "II"u8 : "MM"u8).CopyTo(data);
        Put16(data.AsSpan(2), 42, littleEndian);
        Put32(data.AsSpan(4), 8 + gap, littleEndian);
        var at = data.AsSpan(8 + gap);
        Put16(at, entries.Length, littleEndian);
        at = at[2..];
        foreach (var (tag, type, count, value) in entries)
        {
            Put16(at, tag, littleEndian);
            Put16(at[2..], type, littleEndian);
            Put32(at[4..], count, littleEndian);
            if (type == Short)
                Put16(at[8..], value, littleEndian);
            else
                Put32(at[8..], value, littleEndian);
            at = at[12..];
        }
        return data;
    }

    /// <summary>The APP1 segment that carries Exif data in a JPEG; it belongs right behind the start marker.</summary>
    public static byte[] Segment(ReadOnlySpan<byte> exif) => TestJpeg.Segment(0xE1, [.. "Exif\0\0"u8, .. exif]);

    private static void Put16(Span<byte> at, int value, bool littleEndian)
    {
        if (littleEndian)
            BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)value);
        else
            BinaryPrimitives.WriteUInt16BigEndian(at, (ushort)value);
    }

    private static void Put32(Span<byte> at, int value, bool littleEndian)
    {
        if (littleEndian)
            BinaryPrimitives.WriteInt32LittleEndian(at, value);
        else
            BinaryPrimitives.WriteInt32BigEndian(at, value);
    }
}
