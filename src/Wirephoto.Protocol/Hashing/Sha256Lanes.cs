using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Wirephoto.Protocol.Hashing;

/// <summary>
/// The compression function of SHA-256 (FIPS 180-4, 6.2.2) for eight messages at once, each in its lane of the vectors. One message alone has to wait for the result of
/// each step before the next, even with the processor's instructions for it; eight that don't depend on each other keep its vector units busy.
/// </summary>
static unsafe class Sha256Lanes
{
    /// <summary>Messages at once.</summary>
    public const int Count = 8;

    /// <summary>Bytes in a block.</summary>
    public const int Block = 64;

    /// <summary>Words in a state.</summary>
    public const int Words = 8;

    // The truth tables of functions of three bits (Intel's manual, VPTERNLOG).
    const byte Xor = 0x96, Choose = 0xCA, Majority = 0xE8;

    // FIPS 180-4, 4.2.2 and 5.3.3.
    static ReadOnlySpan<uint> RoundConstants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];
    static ReadOnlySpan<uint> InitialState => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    /// <summary>Whether this processor has what it takes: vectors with rotation and functions of three bits.</summary>
    public static bool IsSupported => Avx512F.VL.IsSupported && Avx2.IsSupported;

    /// <summary>Sets states to what they are before the first block. Word n of all lanes is in vector n.</summary>
    public static void Start(Span<Vector256<uint>> state)
    {
        for (var word = 0; word < Words; word++) state[word] = Vector256.Create(InitialState[word]);
    }

    /// <summary>Takes blocks into the states: lane n has its own at place n, which is moved behind them.</summary>
    [SkipLocalsInit]
    public static void Compress(Span<Vector256<uint>> state, byte** places, int blocks)
    {
        var words = stackalloc Vector256<uint>[Block / sizeof(uint)];
        fixed (uint* k = RoundConstants)
        {
            for (; blocks > 0; blocks--)
            {
                LoadHalf(words, places, 0);
                LoadHalf(words + Words, places, Words * sizeof(uint));
                for (var lane = 0; lane < Count; lane++) places[lane] += Block;
                Compress(ref state[0], words, k);
            }
        }
    }

    // The last sixteen words of the message schedule stay in registers as far as there are any: as an array they would be in memory, which takes a sixth longer.
    static void Compress(ref Vector256<uint> state, Vector256<uint>* words, uint* k)
    {
        var (a, b, c, d) = (state, Unsafe.Add(ref state, 1), Unsafe.Add(ref state, 2), Unsafe.Add(ref state, 3));
        var (e, f, g, h) = (Unsafe.Add(ref state, 4), Unsafe.Add(ref state, 5), Unsafe.Add(ref state, 6), Unsafe.Add(ref state, 7));
        var (w0, w1, w2, w3, w4, w5, w6, w7) = (words[0], words[1], words[2], words[3], words[4], words[5], words[6], words[7]);
        var (w8, w9, w10, w11, w12, w13, w14, w15) = (words[8], words[9], words[10], words[11], words[12], words[13], words[14], words[15]);

        Round(a, b, c, ref d, e, f, g, ref h, w0, k[0]);
        Round(h, a, b, ref c, d, e, f, ref g, w1, k[1]);
        Round(g, h, a, ref b, c, d, e, ref f, w2, k[2]);
        Round(f, g, h, ref a, b, c, d, ref e, w3, k[3]);
        Round(e, f, g, ref h, a, b, c, ref d, w4, k[4]);
        Round(d, e, f, ref g, h, a, b, ref c, w5, k[5]);
        Round(c, d, e, ref f, g, h, a, ref b, w6, k[6]);
        Round(b, c, d, ref e, f, g, h, ref a, w7, k[7]);
        Round(a, b, c, ref d, e, f, g, ref h, w8, k[8]);
        Round(h, a, b, ref c, d, e, f, ref g, w9, k[9]);
        Round(g, h, a, ref b, c, d, e, ref f, w10, k[10]);
        Round(f, g, h, ref a, b, c, d, ref e, w11, k[11]);
        Round(e, f, g, ref h, a, b, c, ref d, w12, k[12]);
        Round(d, e, f, ref g, h, a, b, ref c, w13, k[13]);
        Round(c, d, e, ref f, g, h, a, ref b, w14, k[14]);
        Round(b, c, d, ref e, f, g, h, ref a, w15, k[15]);
        for (var t = 16; t < 64; t += 16)
        {
            Round(a, b, c, ref d, e, f, g, ref h, w0 = Next(w0, w1, w9, w14), k[t + 0]);
            Round(h, a, b, ref c, d, e, f, ref g, w1 = Next(w1, w2, w10, w15), k[t + 1]);
            Round(g, h, a, ref b, c, d, e, ref f, w2 = Next(w2, w3, w11, w0), k[t + 2]);
            Round(f, g, h, ref a, b, c, d, ref e, w3 = Next(w3, w4, w12, w1), k[t + 3]);
            Round(e, f, g, ref h, a, b, c, ref d, w4 = Next(w4, w5, w13, w2), k[t + 4]);
            Round(d, e, f, ref g, h, a, b, ref c, w5 = Next(w5, w6, w14, w3), k[t + 5]);
            Round(c, d, e, ref f, g, h, a, ref b, w6 = Next(w6, w7, w15, w4), k[t + 6]);
            Round(b, c, d, ref e, f, g, h, ref a, w7 = Next(w7, w8, w0, w5), k[t + 7]);
            Round(a, b, c, ref d, e, f, g, ref h, w8 = Next(w8, w9, w1, w6), k[t + 8]);
            Round(h, a, b, ref c, d, e, f, ref g, w9 = Next(w9, w10, w2, w7), k[t + 9]);
            Round(g, h, a, ref b, c, d, e, ref f, w10 = Next(w10, w11, w3, w8), k[t + 10]);
            Round(f, g, h, ref a, b, c, d, ref e, w11 = Next(w11, w12, w4, w9), k[t + 11]);
            Round(e, f, g, ref h, a, b, c, ref d, w12 = Next(w12, w13, w5, w10), k[t + 12]);
            Round(d, e, f, ref g, h, a, b, ref c, w13 = Next(w13, w14, w6, w11), k[t + 13]);
            Round(c, d, e, ref f, g, h, a, ref b, w14 = Next(w14, w15, w7, w12), k[t + 14]);
            Round(b, c, d, ref e, f, g, h, ref a, w15 = Next(w15, w0, w8, w13), k[t + 15]);
        }

        state += a;
        Unsafe.Add(ref state, 1) += b;
        Unsafe.Add(ref state, 2) += c;
        Unsafe.Add(ref state, 3) += d;
        Unsafe.Add(ref state, 4) += e;
        Unsafe.Add(ref state, 5) += f;
        Unsafe.Add(ref state, 6) += g;
        Unsafe.Add(ref state, 7) += h;
    }

    // One step: what was h becomes the new a, and all others move on by one, which the callers do by the order of the names.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Round(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, ref Vector256<uint> d,
        Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, ref Vector256<uint> h, Vector256<uint> w, uint k)
    {
        var sum1 = Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(e, 6), Avx512F.VL.RotateRight(e, 11), Avx512F.VL.RotateRight(e, 25), Xor);
        var sum0 = Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(a, 2), Avx512F.VL.RotateRight(a, 13), Avx512F.VL.RotateRight(a, 22), Xor);
        var t1 = h + (w + Vector256.Create(k)) + (sum1 + Avx512F.VL.TernaryLogic(e, f, g, Choose));
        d += t1;
        h = t1 + (sum0 + Avx512F.VL.TernaryLogic(a, b, c, Majority));
    }

    // The word of the schedule that is sixteen after w.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> Next(Vector256<uint> w, Vector256<uint> w1, Vector256<uint> w9, Vector256<uint> w14)
    {
        var sigma0 = Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(w1, 7), Avx512F.VL.RotateRight(w1, 18), w1 >>> 3, Xor);
        var sigma1 = Avx512F.VL.TernaryLogic(Avx512F.VL.RotateRight(w14, 17), Avx512F.VL.RotateRight(w14, 19), w14 >>> 10, Xor);
        return w + w9 + (sigma0 + sigma1);
    }

    // Eight words of each lane, big-endian, turned so that each vector has the same word of all lanes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void LoadHalf(Vector256<uint>* words, byte** places, int at)
    {
        var (r0, r1, r2, r3) = Turn(Load(places[0] + at), Load(places[1] + at), Load(places[2] + at), Load(places[3] + at));
        var (r4, r5, r6, r7) = Turn(Load(places[4] + at), Load(places[5] + at), Load(places[6] + at), Load(places[7] + at));
        words[0] = Avx2.Permute2x128(r0, r4, 0x20);
        words[1] = Avx2.Permute2x128(r1, r5, 0x20);
        words[2] = Avx2.Permute2x128(r2, r6, 0x20);
        words[3] = Avx2.Permute2x128(r3, r7, 0x20);
        words[4] = Avx2.Permute2x128(r0, r4, 0x31);
        words[5] = Avx2.Permute2x128(r1, r5, 0x31);
        words[6] = Avx2.Permute2x128(r2, r6, 0x31);
        words[7] = Avx2.Permute2x128(r3, r7, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<uint> Load(byte* place) => Avx2.Shuffle(
        Vector256.Load(place),
        Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12)).AsUInt32();

    // Turns the two squares of four by four words in four rows.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static (Vector256<uint> R0, Vector256<uint> R1, Vector256<uint> R2, Vector256<uint> R3) Turn(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, Vector256<uint> d)
    {
        var (ab0, ab1) = (Avx2.UnpackLow(a, b).AsUInt64(), Avx2.UnpackHigh(a, b).AsUInt64());
        var (cd0, cd1) = (Avx2.UnpackLow(c, d).AsUInt64(), Avx2.UnpackHigh(c, d).AsUInt64());
        return (Avx2.UnpackLow(ab0, cd0).AsUInt32(), Avx2.UnpackHigh(ab0, cd0).AsUInt32(), Avx2.UnpackLow(ab1, cd1).AsUInt32(), Avx2.UnpackHigh(ab1, cd1).AsUInt32());
    }
}
