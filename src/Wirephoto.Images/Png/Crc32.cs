using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Wirephoto.Images.Png;

/// <summary>The CRC-32 of PNG chunks (ISO/IEC 15948, 5.5): reflected polynomial EDB88320, all ones before, inverted after.</summary>
/// <remarks>
/// Long runs are folded with carry-less multiplication: 128 bits at x are congruent to their two halves times x^(distance) modulo the
/// polynomial, so four lanes move 64 bytes at a time and only the last 16 bytes need the tables. Arm has an instruction for it.
/// </remarks>
internal static class Crc32
{
    /// <summary>The register before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    private const uint Polynomial = 0xEDB88320;
    private const int LaneBytes = 16, FoldBytes = 4 * LaneBytes;

    // x^(512+32), x^(512-32) and x^(128+32), x^(128-32) modulo the polynomial, reflected and shifted by one.
    private static readonly Vector128<ulong> FourLanes = Vector128.Create(0x154442BD4UL, 0x1C6E41596UL);
    private static readonly Vector128<ulong> OneLane = Vector128.Create(0x1751997D0UL, 0x0CCAA009EUL);

    // Table n advances the register over one byte and then n zero bytes.
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>Continues a register over more bytes.</summary>
    public static uint Update(uint register, ReadOnlySpan<byte> bytes)
    {
        if (Pclmulqdq.IsSupported && BitConverter.IsLittleEndian && bytes.Length >= FoldBytes)
            return Fold(register, bytes);
        return ArmCrc32.Arm64.IsSupported ? Instructions(register, bytes) : Slice(register, bytes);
    }

    /// <summary>The CRC of a register.</summary>
    public static uint Finish(uint register) => ~register;

    /// <summary>Eight bytes per round by tables, for machines without the instructions and for short runs.</summary>
    internal static uint Slice(uint register, ReadOnlySpan<byte> bytes)
    {
        var t = Tables;
        while (bytes.Length >= 8)
        {
            var low = register ^ BinaryPrimitives.ReadUInt32LittleEndian(bytes);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            register = t[7][(byte)low] ^ t[6][(byte)(low >> 8)] ^ t[5][(byte)(low >> 16)] ^ t[4][low >> 24]
                ^ t[3][(byte)high] ^ t[2][(byte)(high >> 8)] ^ t[1][(byte)(high >> 16)] ^ t[0][high >> 24];
            bytes = bytes[8..];
        }
        foreach (var value in bytes)
            register = t[0][(byte)(register ^ value)] ^ (register >> 8);
        return register;
    }

    private static uint Instructions(uint register, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
            register = ArmCrc32.Arm64.ComputeCrc32(register, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var value in bytes)
            register = ArmCrc32.ComputeCrc32(register, value);
        return register;
    }

    private static uint Fold(uint register, ReadOnlySpan<byte> bytes)
    {
        var a = Load(bytes, 0) ^ Vector128.CreateScalar((ulong)register);
        var (b, c, d) = (Load(bytes, 1), Load(bytes, 2), Load(bytes, 3));
        for (bytes = bytes[FoldBytes..]; bytes.Length >= FoldBytes; bytes = bytes[FoldBytes..])
        {
            a = Advance(a, FourLanes) ^ Load(bytes, 0);
            b = Advance(b, FourLanes) ^ Load(bytes, 1);
            c = Advance(c, FourLanes) ^ Load(bytes, 2);
            d = Advance(d, FourLanes) ^ Load(bytes, 3);
        }
        a = Advance(a, OneLane) ^ b;
        a = Advance(a, OneLane) ^ c;
        a = Advance(a, OneLane) ^ d;
        for (; bytes.Length >= LaneBytes; bytes = bytes[LaneBytes..])
            a = Advance(a, OneLane) ^ Load(bytes, 0);

        // What is folded stands for all bytes before it, the register included: its CRC from zero is the register after it.
        Span<byte> folded = stackalloc byte[LaneBytes];
        a.AsByte().CopyTo(folded);
        return Slice(Slice(0, folded), bytes);
    }

    private static Vector128<ulong> Advance(Vector128<ulong> lane, Vector128<ulong> distance) =>
        Pclmulqdq.CarrylessMultiply(lane, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, distance, 0x11);

    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes, int lane) =>
        MemoryMarshal.Read<Vector128<ulong>>(bytes[(lane * LaneBytes)..]);

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (var n = 0; n < tables.Length; n++)
        {
            tables[n] = new uint[256];
            for (uint i = 0; i < 256; i++)
                tables[n][i] = n == 0 ? OneByte(i) : tables[0][(byte)tables[n - 1][i]] ^ (tables[n - 1][i] >> 8);
        }
        return tables;
    }

    private static uint OneByte(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
        return value;
    }
}
