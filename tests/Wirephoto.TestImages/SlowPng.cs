using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Wirephoto.TestImages;

/// <summary>The rule for a whole PNG once more, slow and on all bytes at once, to check the fast one against.</summary>
public static class SlowPng
{
    /// <summary>Whether the bytes are a whole PNG, whatever its number of pixels.</summary>
    public static bool IsWhole(byte[] bytes)
    {
        var chunks = Chunks(bytes);
        if (chunks is null || chunks[0].Type != "IHDR" || !IsLegalHeader(chunks[0].Data) || chunks[^1].Data.Length != 0)
            return false;
        if (chunks.Any(c => char.IsAsciiLetterUpper(c.Type[0]) && c.Type is not ("IHDR" or "PLTE" or "IDAT" or "IEND")) || chunks.Count(c => c.Type == "IHDR") != 1)
            return false;
        return IsLegalPalette(chunks) && IsLegalData(chunks);
    }

    private sealed record Chunk(string Type, byte[] Data);

    // Up to the first IEND; null when a chunk is cut short, misnamed or damaged.
    private static List<Chunk>? Chunks(byte[] b)
    {
        if (!b.AsSpan().StartsWith(PngChunk.Signature))
            return null;
        var chunks = new List<Chunk>();
        for (long at = 8; chunks.Count == 0 || chunks[^1].Type != "IEND";)
        {
            if (at + 12 > b.Length)
                return null;
            var length = BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan((int)at));
            if (at + 12 + length > b.Length)
                return null;
            var typed = b.AsSpan((int)at + 4, (int)length + 4);
            var type = Encoding.Latin1.GetString(typed[..4]);
            if (!type.All(char.IsAsciiLetter))
                return null;
            if (BinaryPrimitives.ReadUInt32BigEndian(b.AsSpan((int)(at + 8 + length))) != ~PngChunk.Crc(uint.MaxValue, typed))
                return null;
            chunks.Add(new Chunk(type, typed[4..].ToArray()));
            at += 12 + length;
        }
        return chunks;
    }

    private static bool IsLegalHeader(byte[] h)
    {
        if (h.Length != 13 || h[10] != 0 || h[11] != 0 || h[12] > 1)
            return false;
        int[] depths = h[9] switch
        {
            0 => [1, 2, 4, 8, 16],
            3 => [1, 2, 4, 8],
            2 or 4 or 6 => [8, 16],
            _ => [],
        };
        return depths.Contains(h[8])
            && BinaryPrimitives.ReadInt32BigEndian(h) > 0
            && BinaryPrimitives.ReadInt32BigEndian(h.AsSpan(4)) > 0;
    }

    private static bool IsLegalPalette(List<Chunk> chunks)
    {
        var palettes = chunks.Where(c => c.Type == "PLTE").ToList();
        var color = chunks[0].Data[9];
        if (palettes.Count == 0)
            return color != 3;
        return palettes.Count == 1
            && color is 2 or 3 or 6
            && palettes[0].Data.Length is >= 3 and <= 768
            && palettes[0].Data.Length % 3 == 0
            && chunks.FindIndex(c => c.Type == "IDAT") > chunks.IndexOf(palettes[0]);
    }

    private static bool IsLegalData(List<Chunk> chunks)
    {
        var first = chunks.FindIndex(c => c.Type == "IDAT");
        var last = chunks.FindLastIndex(c => c.Type == "IDAT");
        if (first < 0 || chunks.GetRange(first, last - first + 1).Any(c => c.Type != "IDAT"))
            return false;
        byte[] data = [.. chunks.Where(c => c.Type == "IDAT").SelectMany(c => c.Data)];
        if (data.Length < 8 || (data[0] & 15) != 8 || data[0] >> 4 > 7 || (data[1] & 0x20) != 0 || (data[0] * 256 + data[1]) % 31 != 0)
            return false;
        var h = chunks[0].Data;
        var samples = h[9] switch { 2 => 3, 4 => 2, 6 => 4, _ => 1 };
        var bits = new BigInteger(BinaryPrimitives.ReadInt32BigEndian(h)) * BinaryPrimitives.ReadInt32BigEndian(h.AsSpan(4)) * samples * h[8];
        return bits / 8 <= new BigInteger(data.Length) * 1032;
    }
}
