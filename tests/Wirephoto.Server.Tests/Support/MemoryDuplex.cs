using System.IO.Pipelines;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Tests.Support;

/// <summary>Two ends of a connection in memory.</summary>
static class MemoryDuplex
{
    /// <summary>Makes them. With <paramref name="seesAll"/> the server's end tells of all bytes that are there, as a socket does, so that bodies come in one piece.</summary>
    public static (Duplex Server, Duplex Client) Create(bool seesAll = false)
    {
        // A bounded pipe: a peer that does not read is felt by the writer, as on a socket.
        var options = new PipeOptions(pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false);
        var up = new Pipe(options);
        var down = new Pipe(options);
        return (Join(up.Reader, down.Writer, seesAll), Join(down.Reader, up.Writer, seesAll: false));
    }

    static End Join(PipeReader reader, PipeWriter writer, bool seesAll)
    {
        var both = new BothWays(reader, writer);
        return new End(reader, writer, both, seesAll);
    }

    sealed class End(PipeReader reader, PipeWriter writer, BothWays both, bool seesAll) : Duplex(both)
    {
        public override bool IsReadable => base.IsReadable || (seesAll && both.IsReadable);

        public override void ShutdownWrite() => writer.Complete();

        public override void Abort()
        {
            // As a socket does: what waits is ended, what comes later fails.
            both.Aborted = true;
            writer.CancelPendingFlush();
            reader.CancelPendingRead();
        }
    }

    sealed class BothWays(PipeReader reader, PipeWriter writer) : Stream
    {
        readonly Stream input = reader.AsStream();
        readonly Stream output = writer.AsStream();

        public bool Aborted { get; set; }

        public bool IsReadable
        {
            get
            {
                if (!reader.TryRead(out var there)) return false;
                reader.AdvanceTo(there.Buffer.Start);

                // Meant for the next read, not for a look.
                if (there.IsCanceled) reader.CancelPendingRead();
                return !there.Buffer.IsEmpty;
            }
        }

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            Aborted ? throw new IOException("the connection was aborted") : output.WriteAsync(buffer, cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            writer.Complete();
            reader.Complete();
            base.Dispose(disposing);
        }
    }
}
