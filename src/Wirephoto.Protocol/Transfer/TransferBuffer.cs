using System.Buffers;

namespace Wirephoto.Protocol.Transfer;

/// <summary>A large pooled buffer for bytes on their way. Who rents it disposes it, and holds it only while bytes move: never while waiting for a peer.</summary>
public readonly struct TransferBuffer : IDisposable
{
    /// <summary>Bytes: large enough that hashing and writing outweigh the calls around them, small enough to stay in a core's cache.</summary>
    public const int Size = 256 * 1024;

    readonly byte[] array;

    TransferBuffer(byte[] array) => this.array = array;

    /// <summary>The memory, <see cref="Size"/> bytes.</summary>
    public Memory<byte> Memory => array.AsMemory(0, Size);

    /// <summary>Takes a buffer from the pool.</summary>
    public static TransferBuffer Rent() => new(ArrayPool<byte>.Shared.Rent(Size));

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => ArrayPool<byte>.Shared.Return(array);
}
