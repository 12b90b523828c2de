using System.Buffers;

namespace Wirephoto.Protocol.Transfer;

/// <summary>A large pooled buffer for bytes on their way. Who rents it disposes it, and holds it only while bytes move: never while waiting for a peer.</summary>
public readonly struct TransferBuffer : IDisposable
{
    /// <summary>Bytes: large enough that hashing and writing outweigh the calls around them, small enough to stay in a core's cache.</summary>
    public const int Size = 256 * 1024;

    // For bodies so large that they are worked on by several cores at once, where each piece costs changes of threads.
    const long LargeFrom = 16 << 20;

    readonly byte[] array;
    readonly int size;

    TransferBuffer(int size) => (array, this.size) = (ArrayPool<byte>.Shared.Rent(size), size);

    /// <summary>The memory.</summary>
    public Memory<byte> Memory => array.AsMemory(0, size);

    /// <summary>Takes a buffer of <see cref="Size"/> bytes from the pool.</summary>
    public static TransferBuffer Rent() => new(Size);

    /// <summary>Takes a buffer that suits so many bytes to come.</summary>
    /// <param name="bytes">What is to come.</param>
    /// <param name="large">Bytes of the buffer while that is very much.</param>
    public static TransferBuffer Rent(long bytes, int large) => new(bytes >= LargeFrom ? large : Size);

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(array);
}
