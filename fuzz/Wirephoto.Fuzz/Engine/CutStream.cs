namespace Wirephoto.Fuzz.Engine;

/// <summary>The wire of an input: hands out its payload in the pieces that it chose, then the end, and keeps what is written. Never waits.</summary>
public class CutStream(FuzzInput input) : Stream
{
    // More than any answer to an input of a few KiB may have.
    const int MostWritten = 64 << 20;

    readonly Func<int> pieces = input.Pieces();
    readonly MemoryStream written = new();
    int at;

    /// <summary>What was written.</summary>
    public byte[] Written => written.ToArray();

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || at == input.Payload.Length) return 0;
        var count = Math.Min(Math.Min(pieces(), buffer.Length), input.Payload.Length - at);
        input.Payload.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        lock (written)
        {
            if (written.Length > MostWritten) throw new FindingException("the answer has no end");
            written.Write(buffer);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}
