using System.Buffers;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// Bytes that are collected in memory from the shared pool. Empty, it holds none: a connection that waits costs nothing for what it once had to say.
/// Whoever gave the memory away calls <see cref="Release"/> only when nobody reads it any more; what is never released is left to the collector.
/// </summary>
sealed class PooledBytes : IBufferWriter<byte>
{
    const int Smallest = 1024;

    byte[] array = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>What there is; good until more is added or all is released.</summary>
    public ReadOnlyMemory<byte> Written => array.AsMemory(0, Count);

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(1, sizeHint));
        return array.AsMemory(Count);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(array.Length - Count), nameof(count));
        Count += count;
    }

    /// <summary>Forgets all and gives the memory back.</summary>
    public void Release()
    {
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
        (array, Count) = ([], 0);
    }

    void Grow(int room)
    {
        if (array.Length - Count >= room) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Count + room), Math.Max(Smallest, (int)Math.Min(2L * array.Length, Array.MaxLength))));
        Written.CopyTo(larger);
        if (array.Length > 0) ArrayPool<byte>.Shared.Return(array);
        array = larger;
    }
}
