using System.Buffers;

namespace Wirephoto.Protocol.Transfer;

/// <summary>A large pooled buffer for bytes on their way. Who rents it disposes it, and holds it only while bytes move: never while waiting for a peer.</summary>
public readonly struct TransferBuffer : IDisposable
{
    /// <summary>Bytes: large enough that hashing and writing outweigh the calls around them, small enough to stay in a core's cache.</summary>
    public const int Size = 256 * 1024;

    // With so much to come larger ones are worth it: each costs changes of threads and wakes the peer.
    const long LargeFrom = 16 << 20;

    // Of all larger ones together: where very many bodies are on their way, the cores are busy anyway.
    const long LargeMost = 64 << 20;

    static long large;

    readonly byte[] array;
    readonly int size;

    TransferBuffer(int size) => (array, this.size) = (ArrayPool<byte>.Shared.Rent(size), size);

    /// <summary>The memory.</summary>
    public Memory<byte> Memory => array.AsMemory(0, size);

    /// <summary>Takes a buffer of <see cref="Size"/> bytes from the pool.</summary>
    public static TransferBuffer Rent() => new(Size);

    /// <summary>Takes a larger buffer if very much is to come, and not too many of them are in use.</summary>
    /// <param name="coming">Bytes that are to come.</param>
    /// <param name="size">Bytes of the larger buffer.</param>
    public static TransferBuffer Rent(long coming, int size)
    {
        if (coming < LargeFrom) return Rent();
        if (Interlocked.Add(ref large, size) <= LargeMost) return new(size);
        Interlocked.Add(ref large, -size);
        return Rent();
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(array);
        if (size > Size) Interlocked.Add(ref large, -size);
    }
}
