using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Wirephoto.Images.Png;

/// <summary>The CRC-32 of PNG chunks (ISO/IEC 15948, 5.5): reflected polynomial EDB88320, all ones before, inverted after.</summary>
/// <remarks>
/// Long runs are folded with carry-less multiplication: 128 bits at x are congruent to their two halves times x^(distance) modulo the
/// polynomial, so four lanes move 64 bytes at a time, or sixteen of them 256 bytes, and only the last 16 bytes need the tables. Arm has an instruction for it.
/// </remarks>
internal static class Crc32
{
    /// <summary>The register before the first byte.</summary>
    public const uint Start = uint.MaxValue;

    private const uint Polynomial = 0xEDB88320;
    private const int LaneBytes = 16, FoldBytes = 4 * LaneBytes, WideBytes = 4 * FoldBytes;

    private static readonly Vector128<ulong> OneLane = Distance(1);
    private static readonly Vector128<ulong> FourLanes = Distance(4);
    private static readonly Vector512<ulong> FourLanesWide = Wide(Distance(4));
    private static readonly Vector512<ulong> SixteenLanes = Wide(Distance(16));

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
        Vector128<ulong> a, b, c, d;
        if (Pclmulqdq.V512.IsSupported && bytes.Length >= WideBytes)
        {
            var wide = FoldWide(register, ref bytes);
            (a, b) = (wide.GetLower().GetLower(), wide.GetLower().GetUpper());
            (c, d) = (wide.GetUpper().GetLower(), wide.GetUpper().GetUpper());
        }
        else
        {
            a = Load(bytes, 0) ^ Vector128.CreateScalar((ulong)register);
            (b, c, d) = (Load(bytes, 1), Load(bytes, 2), Load(bytes, 3));
            bytes = bytes[FoldBytes..];
        }

        for (; bytes.Length >= FoldBytes; bytes = bytes[FoldBytes..])
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

    // Four times four lanes, and then those of the first four in the place of all of them. Takes off what it has folded.
    private static Vector512<ulong> FoldWide(uint register, ref ReadOnlySpan<byte> bytes)
    {
        var a = LoadWide(bytes, 0) ^ Vector512.CreateScalar((ulong)register);
        var (b, c, d) = (LoadWide(bytes, 1), LoadWide(bytes, 2), LoadWide(bytes, 3));
        for (bytes = bytes[WideBytes..]; bytes.Length >= WideBytes; bytes = bytes[WideBytes..])
        {
            a = Advance(a, SixteenLanes) ^ LoadWide(bytes, 0);
            b = Advance(b, SixteenLanes) ^ LoadWide(bytes, 1);
            c = Advance(c, SixteenLanes) ^ LoadWide(bytes, 2);
            d = Advance(d, SixteenLanes) ^ LoadWide(bytes, 3);
        }
        a = Advance(a, FourLanesWide) ^ b;
        a = Advance(a, FourLanesWide) ^ c;
        return Advance(a, FourLanesWide) ^ d;
    }

    private static Vector512<ulong> Advance(Vector512<ulong> lanes, Vector512<ulong> distance) =>
        Pclmulqdq.V512.CarrylessMultiply(lanes, distance, 0x00) ^ Pclmulqdq.V512.CarrylessMultiply(lanes, distance, 0x11);

    private static Vector512<ulong> LoadWide(ReadOnlySpan<byte> bytes, int lane) =>
        MemoryMarshal.Read<Vector512<ulong>>(bytes[(lane * FoldBytes)..]);

    private static Vector128<ulong> Advance(Vector128<ulong> lane, Vector128<ulong> distance) =>
        Pclmulqdq.CarrylessMultiply(lane, distance, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, distance, 0x11);

    private static Vector128<ulong> Load(ReadOnlySpan<byte> bytes, int lane) =>
        MemoryMarshal.Read<Vector128<ulong>>(bytes[(lane * LaneBytes)..]);

    // What moves two halves over so many lanes: x^(n+32) and x^(n-32) for n bits, modulo the polynomial, reflected and shifted by one.
    private static Vector128<ulong> Distance(int lanes) => Vector128.Create(Power((8 * LaneBytes * lanes) + 32), Power((8 * LaneBytes * lanes) - 32));

    private static ulong Power(int exponent)
    {
        var value = 1U << 31;
        for (; exponent > 0; exponent--)
            value = TimesX(value);
        return (ulong)value << 1;
    }

    private static Vector512<ulong> Wide(Vector128<ulong> each) => Vector512.Create(Vector256.Create(each, each), Vector256.Create(each, each));

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
            value = TimesX(value);
        return value;
    }

    private static uint TimesX(uint value) => (value & 1) != 0 ? Polynomial ^ (value >> 1) : value >> 1;
}
