namespace Wirephoto.Protocol.Transfer;

/// <summary>Received bytes that several readers hold; the buffer goes back to the pool when the last of them has disposed of it.</summary>
public sealed class SharedPiece(TransferBuffer buffer) : IDisposable
{
    int holders = 1;
    int count;

    /// <summary>What there is.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.Memory[..count];

    /// <summary>Where more can be put, before it is shared.</summary>
    public Memory<byte> Room => buffer.Memory[count..];

    /// <summary>Counts bytes that were put into <see cref="Room"/>.</summary>
    public void Add(int bytes) => count += bytes;

    /// <summary>Adds a holder, who disposes it as well.</summary>
    public SharedPiece Share()
    {
        Interlocked.Increment(ref holders);
        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Decrement(ref holders) == 0) buffer.Dispose();
    }
}
