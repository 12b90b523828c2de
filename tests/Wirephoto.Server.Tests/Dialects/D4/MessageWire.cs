using System.Text;
using System.Threading.Channels;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Tests.Dialects.D4;

/// <summary>A connection in memory that keeps messages apart in both directions: what one write sent, one receive returns, with its time.</summary>
sealed class MessageWire : Duplex
{
    readonly Ends ends;

    public MessageWire(TimeProvider clock)
        : this(new Ends(clock))
    {
    }

    MessageWire(Ends ends)
        : base(ends) => this.ends = ends;

    /// <summary>Bytes that are on their way for ever, or until a test says otherwise; null: the connection can't tell.</summary>
    public int? OnTheWay { get; set; } = 0;

    public override int? Unconfirmed => OnTheWay;

    /// <summary>How few bytes the connection was asked to hold.</summary>
    public int? FewBytes { get; private set; }

    /// <summary>The client takes nothing any more.</summary>
    public void StopReading() => ends.Stuck = true;

    public void Say(string text) => Say(Encoding.UTF8.GetBytes(text));

    public void Say(byte[] bytes) => Assert.True(ends.ToServer.Writer.TryWrite(bytes));

    public void Hang() => ends.ToServer.Writer.TryComplete();

    public void Reset() => ends.ToServer.Writer.TryComplete(new IOException("connection reset by peer"));

    public bool HasHeard => ends.ToClient.Reader.TryPeek(out _);

    /// <summary>The next write of the server; null when it has closed.</summary>
    public async Task<(byte[] Bytes, DateTimeOffset At)?> HearAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        return await ends.ToClient.Reader.WaitToReadAsync(cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(20), cancel) ? await ends.ToClient.Reader.ReadAsync(cancel) : null;
    }

    public async Task<string?> HearTextAsync() => await HearAsync() is { } heard ? Encoding.UTF8.GetString(heard.Bytes) : null;

    public async Task<string?> AskAsync(string text)
    {
        Say(text);
        return await HearTextAsync();
    }

    public override void HoldFew(int bytes) => FewBytes = bytes;

    public override void ShutdownWrite() => ends.ToClient.Writer.TryComplete();

    public override void Abort()
    {
        ends.ToClient.Writer.TryComplete();
        ends.ToServer.Writer.TryComplete(new IOException("aborted"));
    }

    sealed class Ends(TimeProvider clock) : Stream
    {
        byte[] rest = [];

        public Channel<byte[]> ToServer { get; } = Channel.CreateUnbounded<byte[]>();

        public Channel<(byte[] Bytes, DateTimeOffset At)> ToClient { get; } = Channel.CreateUnbounded<(byte[] Bytes, DateTimeOffset At)>();

        public bool Stuck { get; set; }

        public override bool CanRead => true;

        public override bool CanWrite => true;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (rest.Length == 0 && !await ToServer.Reader.WaitToReadAsync(cancellationToken)) return 0;
            if (buffer.Length == 0) return 0;
            if (rest.Length == 0) rest = await ToServer.Reader.ReadAsync(cancellationToken);
            var count = Math.Min(rest.Length, buffer.Length);
            rest.AsMemory(0, count).CopyTo(buffer);
            rest = rest[count..];
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Stuck) await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            if (!ToClient.Writer.TryWrite((buffer.ToArray(), clock.GetUtcNow()))) throw new IOException("the connection is closed");
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            ToClient.Writer.TryComplete();
            base.Dispose(disposing);
        }
    }
}
