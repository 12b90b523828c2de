using System.Buffers;
using System.Net.Sockets;

namespace Wirephoto.Protocol.Transfer.Tls;

/// <summary>
/// The connection below TLS. An SslStream reads and writes record by record; this reads as much as there is, and collects records until
/// <see cref="SendAsync"/>. Both buffers are held only while there is something in them.
/// </summary>
/// <param name="plain">That connection.</param>
/// <param name="large">Bytes that are read of it at once while very much is to come: the fewer times, the more the peer can write whenever it is woken.</param>
sealed class TlsWire(Duplex plain, int large) : Stream
{
    // Seven full records at once (16,384 bytes and at most 22 around them): fewer calls win nothing more, and it stays in a core's cache.
    const int OutSize = 128 * 1024;

    // A handshake takes a few KiB; certificates of clients, which can be large, are not asked for.
    const int HandshakeMost = 128 * 1024;

    // Behind its last message the peer may go on at once: what is read along with that does not count.
    const int HandshakePiece = 4096;

    TransferBuffer input;
    ReadOnlyMemory<byte> held;
    TlsRecords records;
    int handshake;
    byte[]? output;
    int collected;

    /// <summary>Whether the handshake is over: from then on somebody may write while somebody else reads.</summary>
    public bool Open { get; set; }

    /// <summary>How many bytes are still to come, at least and about: what they are inside of is a little more, some of it is here already.</summary>
    public long Coming { get; set; }

    /// <summary>Whether the next record can be read without waiting for the peer.</summary>
    public bool HasRecord => records.Complete(held.Span);

    /// <summary>Sends what was collected.</summary>
    public async ValueTask SendAsync(CancellationToken cancel)
    {
        if (output is null) return;
        await plain.WriteAsync(output.AsMemory(0, collected), cancel);

        // Not after a failure: the bytes may still be on their way.
        ArrayPool<byte>.Shared.Return(output);
        (output, collected) = (null, 0);
    }

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        held.IsEmpty ? ReceiveAsync(buffer, cancellationToken) : ValueTask.FromResult(Take(buffer));

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (collected + buffer.Length > OutSize) await SendAsync(cancellationToken);
        Write(buffer.Span);
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        output ??= ArrayPool<byte>.Shared.Rent(OutSize);
        if (buffer.Length > output.Length - collected) throw new IOException("more than a flight of TLS records at once", Lost());
        buffer.CopyTo(output.AsSpan(collected));
        collected += buffer.Length;
    }

    async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancel)
    {
        // In a handshake the peer waits for what was written before it says more.
        if (!Open) await SendAsync(cancel);
        await plain.WaitToReadAsync(Coming, cancel);
        if (buffer.IsEmpty) return 0;

        input = TransferBuffer.Rent(Coming, large);
        var count = 0;
        try
        {
            count = await plain.ReadAsync(Open ? input.Memory : input.Memory[..HandshakePiece], cancel);
        }
        finally
        {
            if (count == 0) input.Dispose();
        }

        if (count == 0) return records.Inside ? throw new EndOfStreamException("the connection ended inside a TLS record") : 0;
        if (!Open && (handshake += count) > HandshakeMost) throw new IOException("the TLS handshake does not come to an end", Lost());
        Coming -= count;
        held = input.Memory[..count];
        return Take(buffer);
    }

    int Take(Memory<byte> buffer)
    {
        var taken = held[..Math.Min(held.Length, buffer.Length)];
        taken.CopyTo(buffer);
        records.Pass(taken.Span);
        held = held[taken.Length..];
        if (held.IsEmpty) input.Dispose();
        return taken.Length;
    }

    /// <summary>What marks a failure of the connection, as against one of a disk.</summary>
    public static SocketException Lost() => new((int)SocketError.ConnectionAborted);

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
