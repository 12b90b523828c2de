using System.Buffers.Binary;
using Wirephoto.Images.Exif;

namespace Wirephoto.Images.Png;

/// <summary>Walks the chunks of a PNG and checks the CRC of each.</summary>
/// <remarks>
/// <code>
/// 89 P N G 0D 0A 1A 0A | IHDR { chunk } [ PLTE ] { chunk } IDAT { IDAT } { chunk } IEND | anything
/// signature                                                one after the other           ignored
///
///         +--------+------+--------------+-------------------------+
/// chunk:  | length | type | length bytes | CRC-32 of type and data |
///         +--------+------+--------------+-------------------------+
///             4       4                              4
/// </code>
/// ISO/IEC 15948, 5.3 and 5.6. Programs do append data after IEND, and every decoder ignores it.
/// </remarks>
internal sealed class PngInspector(long maxPixels) : ImageInspector(ImageFormat.Png, maxPixels)
{
    private const int ChunkHeaderLength = 8, MaxPaletteLength = 3 * 256;

    private readonly FieldBuffer field = NewField();
    private State state = State.ChunkHeader;
    private ChunkType type;
    private long chunkOffset;
    private int remaining;
    private uint crc;
    private PngHeader? header;
    private bool hasPalette, hasData, dataEnded, readsExif;
    private ImageData data;
    private ExifOrientation? exif;

    private enum State { ChunkHeader, Header, Data, Crc, End }

    /// <summary>The signature.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    private protected override ReadOnlySpan<byte> Signature => Magic;

    private protected override int Step(ReadOnlySpan<byte> bytes)
    {
        switch (state)
        {
            case State.ChunkHeader or State.Header or State.Crc:
                return ReadField(bytes);
            case State.Data:
                return ReadData(bytes);
            default:
                return bytes.Length;
        }
    }

    private protected override ImageFacts? End()
    {
        if (state == State.End && header is { } h)
            return new ImageFacts(ImageFormat.Png, h.Width, h.Height, exif?.Value ?? 1);
        Refuse(state == State.ChunkHeader ? "PNG ends without an IEND chunk" : $"PNG ends inside chunk {type}", Offset);
        return null;
    }

    private static FieldBuffer NewField()
    {
        var field = new FieldBuffer(PngHeader.Length + sizeof(uint));
        field.Expect(ChunkHeaderLength);
        return field;
    }

    private int ReadField(ReadOnlySpan<byte> bytes)
    {
        if (state == State.ChunkHeader && field.Bytes.IsEmpty)
            chunkOffset = Offset;
        var used = field.Take(bytes);
        if (!field.IsFull)
            return used;
        if (state == State.ChunkHeader)
            ReadChunkHeader();
        else if (state == State.Header)
            ReadHeader();
        else
            ReadCrc();
        return used;
    }

    private void ReadChunkHeader()
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(field.Bytes);
        type = ChunkType.Of(field.Bytes[4..]);
        if (!type.IsLegal)
            Refuse($"chunk type {type} is not four letters", chunkOffset);
        else if (length > int.MaxValue)
            Refuse($"chunk {type} declares the impossible length {length}", chunkOffset);
        else if (WrongPlace((int)length) is { } wrong)
            Refuse(wrong, chunkOffset);
        if (Fault is not null)
            return;

        crc = Crc32.Update(Crc32.Start, field.Bytes[4..]);
        remaining = (int)length;
        dataEnded |= hasData && type != ChunkType.Data;
        hasData |= type == ChunkType.Data;
        hasPalette |= type == ChunkType.Palette;
        readsExif = type == ChunkType.Exif && exif is null;
        if (readsExif)
            exif = new ExifOrientation();
        if (type == ChunkType.Header)
            Expect(State.Header, PngHeader.Length + sizeof(uint));
        else if (remaining > 0)
            state = State.Data;
        else
            Expect(State.Crc, sizeof(uint));
    }

    private string? WrongPlace(int length)
    {
        if (header is null)
            return type == ChunkType.Header && length == PngHeader.Length ? null : $"chunk {type} of length {length} where IHDR of length 13 must be";
        if (type == ChunkType.Header)
            return "second IHDR chunk";
        if (type == ChunkType.Palette)
            return WrongPalette(length);
        if (type == ChunkType.Data)
            return WrongData();
        if (type == ChunkType.End)
            return WrongEnd(length);
        return type.IsCritical ? $"unknown critical chunk {type}" : null;
    }

    private string? WrongPalette(int length)
    {
        if (!header!.MayHavePalette)
            return "PLTE chunk in a gray image";
        if (hasPalette)
            return "second PLTE chunk";
        if (hasData)
            return "PLTE chunk after the image data";
        return length is > 0 and <= MaxPaletteLength && length % 3 == 0 ? null : $"PLTE chunk of length {length}, not 1 to 256 times three,";
    }

    private string? WrongData()
    {
        if (header!.NeedsPalette && !hasPalette)
            return "image data without the PLTE chunk that its color type needs";
        return dataEnded ? "IDAT chunk that does not follow the other IDAT chunks" : null;
    }

    private string? WrongEnd(int length)
    {
        if (length != 0)
            return $"IEND chunk of length {length}, not 0,";
        if (data.Length == 0)
            return "PNG has no image data (IDAT) before its end";
        return data.IsEnough && header!.CanComeFrom(data.Length) ? null
            : $"image data of {data.Length} bytes is too short for {header!.Width} x {header.Height} pixels";
    }

    // The header's data and its CRC are one field: a damaged header is called damaged, whatever it declares.
    private void ReadHeader()
    {
        crc = Crc32.Update(crc, field.Bytes[..PngHeader.Length]);
        CheckCrc(field.Bytes[PngHeader.Length..]);
        header = PngHeader.Read(field.Bytes[..PngHeader.Length], out var wrong);
        if (header is null)
            Refuse(wrong, chunkOffset + ChunkHeaderLength);
        else
            CheckPixels(header.Width, header.Height, chunkOffset + ChunkHeaderLength);
        Expect(State.ChunkHeader, ChunkHeaderLength);
    }

    private int ReadData(ReadOnlySpan<byte> bytes)
    {
        var piece = bytes[..Math.Min(bytes.Length, remaining)];
        crc = Crc32.Update(crc, piece);
        if (type == ChunkType.Data && !data.Append(piece))
            Refuse("image data does not start with a zlib header", chunkOffset);
        else if (readsExif)
            exif!.Append(piece);
        remaining -= piece.Length;
        if (remaining == 0)
            Expect(State.Crc, sizeof(uint));
        return piece.Length;
    }

    private void ReadCrc()
    {
        CheckCrc(field.Bytes);
        if (type == ChunkType.End)
            state = State.End;
        else
            Expect(State.ChunkHeader, ChunkHeaderLength);
    }

    private void CheckCrc(ReadOnlySpan<byte> field)
    {
        var (stored, actual) = (BinaryPrimitives.ReadUInt32BigEndian(field), Crc32.Finish(crc));
        if (stored != actual)
            Refuse($"chunk {type} is damaged: its CRC is {stored:X8}, its bytes have {actual:X8},", chunkOffset);
    }

    private void Expect(State next, int length)
    {
        state = next;
        field.Expect(length);
    }
}
