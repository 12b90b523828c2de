namespace Wirephoto.Protocol.Tests.Framing;

/// <summary>A stream in memory that hands out its bytes in pieces of given sizes (the last size repeats), and keeps what is written.</summary>
sealed class PieceStream(byte[] bytes, params int[] sizes) : Stream
{
    readonly MemoryStream written = new();
    int at;
    int piece;

    public byte[] Written => written.ToArray();

    public bool Disposed { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty || at == bytes.Length) return 0;
        var size = sizes.Length == 0 ? bytes.Length : sizes[Math.Min(piece++, sizes.Length - 1)];
        var count = Math.Min(Math.Min(size, buffer.Length), bytes.Length - at);
        bytes.AsSpan(at, count).CopyTo(buffer);
        at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

    public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Disposed = true;
        base.Dispose(disposing);
    }
}
