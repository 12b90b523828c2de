using System.Buffers.Binary;
using System.Text;

namespace Wirephoto.Images.Png;

/// <summary>The four letters that name a chunk (ISO/IEC 15948, 5.4).</summary>
internal readonly record struct ChunkType(uint Value)
{
    public static readonly ChunkType Header = Of("IHDR"u8), Palette = Of("PLTE"u8), Data = Of("IDAT"u8), End = Of("IEND"u8), Exif = Of("eXIf"u8);

    /// <summary>Whether all four are ASCII letters.</summary>
    public bool IsLegal
    {
        get
        {
            for (var shift = 0; shift < 32; shift += 8)
            {
                if (!char.IsAsciiLetter((char)(byte)(Value >> shift)))
                    return false;
            }
            return true;
        }
    }

    /// <summary>Whether a reader that does not know the chunk must not go on: the first letter is upper case.</summary>
    public bool IsCritical => (Value & 0x2000_0000) == 0;

    public static ChunkType Of(ReadOnlySpan<byte> letters) => new(BinaryPrimitives.ReadUInt32BigEndian(letters));

    /// <summary>The letters, or the bytes in hexadecimal when they are none.</summary>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Value);
        return IsLegal ? Encoding.ASCII.GetString(bytes) : Convert.ToHexString(bytes);
    }
}
