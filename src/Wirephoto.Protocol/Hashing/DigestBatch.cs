namespace Wirephoto.Protocol.Hashing;

/// <summary>Images that wait for their digests, which are computed together: that takes less time than one after the other.</summary>
/// <param name="inside">Whether whoever awaits a digest goes on inside of the call that computes it; otherwise on a thread of the pool.</param>
public sealed class DigestBatch(bool inside)
{
    readonly Lock gate = new();
    readonly ReadOnlyMemory<byte>[] images = new ReadOnlyMemory<byte>[Sha256Together.Most];
    readonly TaskCompletionSource<Digest>[] waiting = new TaskCompletionSource<Digest>[Sha256Together.Most];
    int count;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (gate) return count;
        }
    }

    /// <summary>Adds an image, whose bytes must stay until its digest is there: at the next <see cref="Run"/>, or when enough of them wait.</summary>
    public Task<Digest> AddAsync(ReadOnlyMemory<byte> image)
    {
        var digest = new TaskCompletionSource<Digest>(inside ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        Hashed[] done = [];
        lock (gate)
        {
            (images[count], waiting[count]) = (image, digest);
            if (++count == images.Length) done = Hash();
        }

        Tell(done);
        return digest.Task;
    }

    /// <summary>Computes all digests, in the order in which the images were added.</summary>
    public void Run()
    {
        Hashed[] done;
        lock (gate) done = Hash();
        Tell(done);
    }

    Hashed[] Hash()
    {
        Span<Digest> digests = stackalloc Digest[count];
        Sha256Together.HashAll(images.AsSpan(0, count), digests);
        var done = new Hashed[count];
        for (var i = 0; i < count; i++) done[i] = new(waiting[i], digests[i]);
        images.AsSpan().Clear();
        waiting.AsSpan().Clear();
        count = 0;
        return done;
    }

    static void Tell(Hashed[] done)
    {
        foreach (var (waiter, digest) in done) waiter.SetResult(digest);
    }

    readonly record struct Hashed(TaskCompletionSource<Digest> Waiter, Digest Digest);
}
