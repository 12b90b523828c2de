using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Tests.Support;

/// <summary>A connection on which a test sees what comes, and may change or stop what goes.</summary>
sealed class WireTap : Duplex
{
    readonly Duplex below;
    readonly Tapped tapped;

    public WireTap(Duplex below)
        : this(below, new Tapped(below))
    {
    }

    WireTap(Duplex below, Tapped tapped)
        : base(tapped) => (this.below, this.tapped) = (below, tapped);

    /// <summary>All that came.</summary>
    public byte[] Received => tapped.Received.ToArray();

    /// <summary>What becomes of bytes on their way out.</summary>
    public Func<byte[], byte[]> Change { get; set; } = static bytes => bytes;

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => below.WriteAsync(Change(bytes.ToArray()), cancel);

    public override void ShutdownWrite() => below.ShutdownWrite();

    public override void Abort() => below.Abort();

    sealed class Tapped(Duplex below) : Stream
    {
        public MemoryStream Received { get; } = new();

        public override bool CanRead => true;

        public override bool CanWrite => false;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
            {
                await below.WaitToReadAsync(cancellationToken);
                return 0;
            }

            var count = await below.ReadAsync(buffer, cancellationToken);
            Received.Write(buffer.Span[..count]);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
