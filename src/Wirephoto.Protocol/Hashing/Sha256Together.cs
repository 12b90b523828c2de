using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Wirephoto.Protocol.Hashing;

/// <summary>SHA-256 of several messages that are there at the same time: in the lanes of vectors where that is quicker, else one by one.</summary>
static class Sha256Together
{
    /// <summary>As many messages as are worked on at once.</summary>
    public const int Most = Sha256Lanes.Count;

    /// <summary>Whether several can be quicker together on this processor than one by one.</summary>
    public static bool IsQuicker => Sha256Lanes.IsSupported;

    // All lanes take as long as the longest message does, and that as long as so many messages of its length would one by one.
    const double LanesPayFrom = 4.5;

    const int EndBytes = 2 * Sha256Lanes.Block;
    const int Idle = int.MaxValue;

    /// <summary>Computes the digests of at most <see cref="Most"/> messages.</summary>
    public static void HashAll(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<Digest> digests)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(messages.Length, Most, nameof(messages));
        Span<int> lanes = stackalloc int[Most];
        var count = ChooseLanes(messages, lanes);
        for (var i = 0; i < messages.Length; i++)
        {
            if (!lanes[..count].Contains(i)) digests[i] = new Digest(SHA256.HashData(messages[i].Span));
        }

        if (count > 0) HashInLanes(messages, lanes[..count], digests);
    }

    // The shortest messages, as many as it takes until the longest of them would hold up the others: those go one by one. Returns how many have a lane.
    internal static int ChooseLanes(ReadOnlySpan<ReadOnlyMemory<byte>> messages, Span<int> lanes)
    {
        if (!Sha256Lanes.IsSupported) return 0;
        Span<int> lengths = stackalloc int[messages.Length];
        long sum = 0;
        for (var i = 0; i < messages.Length; i++)
        {
            (lanes[i], lengths[i]) = (i, messages[i].Length);
            sum += lengths[i];
        }

        lengths.Sort(lanes[..messages.Length]);
        var count = messages.Length;
        while (count > 0 && sum < LanesPayFrom * lengths[count - 1]) sum -= lengths[--count];
        return count;
    }

    /// <summary>Computes the digests of those messages that are chosen by their numbers, in lanes whether that is quicker or not.</summary>
    internal static unsafe void HashInLanes(ReadOnlySpan<ReadOnlyMemory<byte>> messages, ReadOnlySpan<int> chosen, Span<Digest> digests)
    {
        Span<MemoryHandle> pins = new MemoryHandle[chosen.Length];
        try
        {
            for (var lane = 0; lane < chosen.Length; lane++) pins[lane] = messages[chosen[lane]].Pin();
            HashPinned(messages, chosen, pins, digests);
        }
        finally
        {
            foreach (var pin in pins) pin.Dispose();
        }
    }

    static unsafe void HashPinned(ReadOnlySpan<ReadOnlyMemory<byte>> messages, ReadOnlySpan<int> chosen, ReadOnlySpan<MemoryHandle> pins, Span<Digest> digests)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Sha256Lanes.Words];
        Sha256Lanes.Start(state);
        var places = stackalloc byte*[Sha256Lanes.Count];
        var ends = stackalloc byte[Sha256Lanes.Count * EndBytes];

        // Blocks until something is to be done for a lane: its message goes on at its end, or is over.
        Span<int> left = stackalloc int[Sha256Lanes.Count];
        left.Fill(Idle);
        for (var lane = 0; lane < chosen.Length; lane++)
        {
            places[lane] = (byte*)pins[lane].Pointer;
            left[lane] = messages[chosen[lane]].Length / Sha256Lanes.Block;
        }

        Span<bool> atEnd = stackalloc bool[Sha256Lanes.Count];
        for (var lane = Next(left); left[lane] != Idle; lane = Next(left))
        {
            if (left[lane] > 0)
            {
                Compress(state, places, left, lane);
            }
            else if (!atEnd[lane])
            {
                atEnd[lane] = true;
                places[lane] = ends + lane * EndBytes;
                left[lane] = WriteEnd(messages[chosen[lane]].Span, new Span<byte>(places[lane], EndBytes));
            }
            else
            {
                digests[chosen[lane]] = Read(state, lane);
                left[lane] = Idle;
            }
        }
    }

    // The lane that needs something first; an idle one when all are.
    static int Next(ReadOnlySpan<int> left)
    {
        var next = 0;
        for (var lane = 1; lane < left.Length; lane++)
        {
            if (left[lane] < left[next]) next = lane;
        }

        return next;
    }

    // Moves all on until something is to be done for this lane. The idle ones read what it reads.
    static unsafe void Compress(Span<Vector256<uint>> state, byte** places, Span<int> left, int next)
    {
        var blocks = left[next];
        for (var lane = 0; lane < left.Length; lane++)
        {
            if (left[lane] == Idle) places[lane] = places[next];
            else left[lane] -= blocks;
        }

        Sha256Lanes.Compress(state, places, blocks);
    }

    // What is left behind the last whole block, a one, zeros and the length in bits (FIPS 180-4, 5.1.1). Returns in how many blocks.
    static int WriteEnd(ReadOnlySpan<byte> message, Span<byte> end)
    {
        var rest = message[(message.Length / Sha256Lanes.Block * Sha256Lanes.Block)..];
        var size = rest.Length + 1 + sizeof(ulong) <= Sha256Lanes.Block ? Sha256Lanes.Block : EndBytes;
        end.Clear();
        rest.CopyTo(end);
        end[rest.Length] = 0x80;
        BinaryPrimitives.WriteUInt64BigEndian(end[(size - sizeof(ulong))..], (ulong)message.Length * 8);
        return size / Sha256Lanes.Block;
    }

    static Digest Read(ReadOnlySpan<Vector256<uint>> state, int lane)
    {
        Span<byte> bytes = stackalloc byte[Digest.Size];
        for (var word = 0; word < state.Length; word++) BinaryPrimitives.WriteUInt32BigEndian(bytes[(word * sizeof(uint))..], state[word][lane]);
        return new Digest(bytes);
    }
}
