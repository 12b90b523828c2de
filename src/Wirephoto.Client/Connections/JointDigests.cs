using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Connections;

/// <summary>
/// Digests of the small images that are put over one link at the same time: they wait a moment for each other, because it takes less time to compute several together.
/// No more than half of the puts wait, so that the wire does not.
/// </summary>
sealed class JointDigests : IAsyncDisposable
{
    /// <summary>Puts below which there is nothing to win: half of them would be too few to be quicker together.</summary>
    public const int FewestPuts = 10;

    /// <summary>How long an image waits at most. On a wire that is slower than that nothing is won either.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(10);

    readonly DigestBatch batch;
    readonly ITimer timer;
    int puts;
    volatile bool closed;

    /// <summary>Digests for puts that are to come.</summary>
    public JointDigests(TimeProvider clock, DigestBatch? batch = null)
    {
        this.batch = batch ?? new DigestBatch(inside: false);
        timer = clock.CreateTimer(static batch => ((DigestBatch)batch!).Run(), this.batch, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

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

        var digest = batch.AddAsync(image, out var first);
        if (first) timer.Change(LongestWait, Timeout.InfiniteTimeSpan);
        RunUnlessWorthWaiting();
        return await digest.WaitAsync(cancel);
    }

    // Whoever adds, leaves or closes looks: the later of two at the same time sees what the other did.
    void RunUnlessWorthWaiting()
    {
        var all = Volatile.Read(ref puts);
        if (closed || all < FewestPuts || batch.Count * 2 >= all) batch.Run();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        closed = true;
        await timer.DisposeAsync();
        batch.Run();
    }

    /// <summary>A put that goes on.</summary>
    public readonly struct Turn(JointDigests digests) : IDisposable
    {
        /// <summary>Ends it. Others may have waited for that.</summary>
        public void Dispose()
        {
            Interlocked.Decrement(ref digests.puts);
            digests.RunUnlessWorthWaiting();
        }
    }
}
