using System.Buffers.Binary;
using System.Text;

namespace Wirephoto.TestImages;

/// <summary>Writes PNG chunks with a CRC of its own, so that tests do not lean on the code they test.</summary>
public static class PngChunk
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The eight bytes that start every PNG.</summary>
    public static byte[] Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>One whole chunk: length, type, data, CRC.</summary>
    public static byte[] Make(string type, params ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), ~Crc(uint.MaxValue, chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    /// <summary>The header chunk, with any values, legal or not.</summary>
    public static byte[] Header(uint width, uint height, byte depth = 8, byte color = 2, byte compression = 0, byte filter = 0, byte interlace = 0)
    {
        Span<byte> data = stackalloc byte[13];
        BinaryPrimitives.WriteUInt32BigEndian(data, width);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], height);
        data[8] = depth;
        data[9] = color;
        data[10] = compression;
        data[11] = filter;
        data[12] = interlace;
        return Make("IHDR", data);
    }

    /// <summary>Continues a CRC-32 register (start with all ones, invert at the end).</summary>
    public static uint Crc(uint register, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            register = Table[(byte)(register ^ b)] ^ (register >> 8);
        return register;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint n = 0; n < 256; n++)
        {
            var c = n;
            for (var k = 0; k < 8; k++)
                c = (c & 1) != 0 ? 0xEDB88320 ^ (c >> 1) : c >> 1;
            table[n] = c;
        }
        return table;
    }
}
