using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Framing;

/// <summary>The body of one message: exactly the bytes that its head announced, to be read before the next head.</summary>
public sealed class BodyReader(Duplex duplex, long size)
{
    /// <summary>Bytes in the whole body.</summary>
    public long Size { get; } = size;

    /// <summary>Bytes that were not read yet.</summary>
    public long Remaining { get; private set; } = size;

    /// <summary>Called when the peer has to send before reading can go on.</summary>
    public Action? Waiting { get; init; }

    /// <summary>Called for every piece that arrived, with its bytes; and with 0 when a wait is over.</summary>
    public Action<int>? Arrived { get; init; }

    /// <summary>Whether some of it can be read without waiting, as far as is known.</summary>
    public bool IsThere => Remaining > 0 && duplex.IsReadable;

    /// <summary>Waits for bytes without holding memory for them. Returns false when the body has been read.</summary>
    public async ValueTask<bool> WaitAsync(CancellationToken cancel)
    {
        if (Remaining == 0) return false;
        var wait = duplex.WaitToReadAsync(Remaining, cancel);
        if (wait.IsCompletedSuccessfully) return true;

        Waiting?.Invoke();
        await wait;
        Arrived?.Invoke(0);
        return true;
    }

    /// <summary>Reads some bytes; 0 only when the body has been read.</summary>
    /// <exception cref="EndOfStreamException">The connection ended inside the body.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> memory, CancellationToken cancel)
    {
        if (Remaining == 0) return 0;
        var reading = duplex.ReadAsync(memory[..(int)Math.Min(memory.Length, Remaining)], cancel);
        if (!reading.IsCompleted) Waiting?.Invoke();
        var count = await reading;
        Arrived?.Invoke(count);
        if (count == 0) throw new EndOfStreamException($"the connection ended {Remaining} bytes before the end of the body");
        Remaining -= count;
        return count;
    }

    /// <summary>Reads the whole body into memory.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.TooLarge"/>: it is larger than <paramref name="most"/> bytes.</exception>
    public async ValueTask<byte[]> ReadAllAsync(int most, CancellationToken cancel)
    {
        var bytes = new byte[Length(most)];
        for (var at = 0; at < bytes.Length;) at += await ReadAsync(bytes.AsMemory(at), cancel);
        return bytes;
    }

    /// <summary>Adds the whole body to <paramref name="bytes"/>.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.TooLarge"/>: it is larger than <paramref name="most"/> bytes.</exception>
    internal async ValueTask ReadAllAsync(PooledBytes bytes, int most, CancellationToken cancel)
    {
        for (var room = bytes.GetMemory(Length(most)); Remaining > 0;)
        {
            var count = await ReadAsync(room, cancel);
            room = room[count..];
            bytes.Advance(count);
        }
    }

    int Length(int most) => Remaining <= most
        ? (int)Remaining
        : throw new WirephotoException(ErrorCode.TooLarge, $"a body of {Remaining} bytes is more than {most}") { Details = new() { Limit = most } };

    /// <summary>Reads away what is left, so that the next head can be read.</summary>
    public async ValueTask DrainAsync(CancellationToken cancel)
    {
        while (await WaitAsync(cancel))
        {
            using var buffer = TransferBuffer.Rent();
            await ReadAsync(buffer.Memory, cancel);
        }
    }
}
