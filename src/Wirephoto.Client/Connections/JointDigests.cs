using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Connections;

/// <summary>
/// Digests of the small images that are put over one connection at the same time: they wait a moment for each other, because it takes less time to compute several together.
/// No more than half of the puts wait, so that the wire does not.
/// </summary>
sealed class JointDigests : IAsyncDisposable
{
    /// <summary>Puts below which there is nothing to win: half of them would be too few to be quicker together.</summary>
    public const int Least = 10;

    /// <summary>How long an image waits at most. On a wire that is slower than that nothing is won either.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(10);

    readonly DigestBatch batch = new(inside: false);
    readonly ITimer timer;
    int puts;

    /// <summary>Digests for puts that are to come.</summary>
    public JointDigests(TimeProvider clock) =>
        timer = clock.CreateTimer(static batch => ((DigestBatch)batch!).Run(), batch, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>A put begins; it has ended when this is disposed.</summary>
    public Turn Enter()
    {
        Interlocked.Increment(ref puts);
        return new Turn(this);
    }

    /// <summary>The digest of an image of a put that has entered. Its bytes must stay as they are even if this is cancelled.</summary>
    public async ValueTask<Digest> HashAsync(ReadOnlyMemory<byte> image, CancellationToken cancel)
    {
        // What is longer would not stay in a core's cache while it waits.
        if (image.Length > TransferBuffer.Size) return new Digest(SHA256.HashData(image.Span));

        var digest = batch.AddAsync(image);
        var waiting = batch.Count;
        if (!IsWorthWaiting(waiting)) batch.Run();
        else if (waiting == 1) timer.Change(Most, Timeout.InfiniteTimeSpan);
        return await digest.WaitAsync(cancel);
    }

    void Leave()
    {
        Interlocked.Decrement(ref puts);
        if (!IsWorthWaiting(batch.Count)) batch.Run();
    }

    // Who adds and who leaves both look: the later of two at the same time sees what the other did.
    bool IsWorthWaiting(int waiting) => Volatile.Read(ref puts) is var all && all >= Least && waiting * 2 < all;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => timer.DisposeAsync();

    /// <summary>A put that goes on.</summary>
    public readonly struct Turn(JointDigests digests) : IDisposable
    {
        /// <summary>Ends it. Others may have waited for that.</summary>
        public void Dispose() => digests.Leave();
    }
}
