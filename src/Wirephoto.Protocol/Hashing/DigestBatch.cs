using System.Security.Cryptography;

namespace Wirephoto.Protocol.Hashing;

/// <summary>
/// Images that wait for their digests, which are computed together where that takes less time than one after the other; elsewhere nobody waits. Safe from any thread.
/// </summary>
/// <param name="inside">Whether whoever awaits a digest goes on inside of the call that computes it; otherwise on a thread of the pool.</param>
public sealed class DigestBatch(bool inside)
{
    readonly Lock gate = new();

    // Null while nobody waits: a silent connection holds as little as can be.
    Group? waiting;

    /// <summary>Whether images wait for each other; false: each digest is computed at once.</summary>
    public bool Joins { get; init; } = Sha256Together.IsQuicker;

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (gate) return waiting?.Count ?? 0;
        }
    }

    /// <inheritdoc cref="AddAsync(ReadOnlyMemory{byte}, out bool)"/>
    public Task<Digest> AddAsync(ReadOnlyMemory<byte> image) => AddAsync(image, out _);

    /// <summary>Adds an image, whose bytes must stay until its digest is there: at the next <see cref="Run"/>, or when enough of them wait.</summary>
    /// <param name="image">The image.</param>
    /// <param name="first">Whether nobody waited before it.</param>
    public Task<Digest> AddAsync(ReadOnlyMemory<byte> image, out bool first)
    {
        first = false;
        if (!Joins) return Task.FromResult(new Digest(SHA256.HashData(image.Span)));

        var digest = new TaskCompletionSource<Digest>(inside ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);
        Group? full = null;
        lock (gate)
        {
            first = waiting is null;
            waiting ??= new Group();
            waiting.Add(image, digest);
            if (waiting.IsFull) (full, waiting) = (waiting, null);
        }

        full?.Hash();
        return digest.Task;
    }

    /// <summary>Computes the digests of all that wait, and tells them in the order in which the images came.</summary>
    public void Run()
    {
        Group? all;
        lock (gate) (all, waiting) = (waiting, null);
        all?.Hash();
    }

    sealed class Group
    {
        readonly ReadOnlyMemory<byte>[] images = new ReadOnlyMemory<byte>[Sha256Together.Most];
        readonly TaskCompletionSource<Digest>[] digests = new TaskCompletionSource<Digest>[Sha256Together.Most];

        public int Count { get; private set; }

        public bool IsFull => Count == images.Length;

        public void Add(ReadOnlyMemory<byte> image, TaskCompletionSource<Digest> digest)
        {
            (images[Count], digests[Count]) = (image, digest);
            Count++;
        }

        public void Hash()
        {
            Span<Digest> known = stackalloc Digest[Sha256Together.Most];
            try
            {
                Sha256Together.HashAll(images.AsSpan(0, Count), known);
            }
#pragma warning disable CA1031 // whoever awaits a digest gets the exception, whatever it is: nobody may wait for ever
            catch (Exception e)
#pragma warning restore CA1031
            {
                foreach (var digest in digests.AsSpan(0, Count)) digest.SetException(e);
                return;
            }

            for (var i = 0; i < Count; i++) digests[i].SetResult(known[i]);
        }
    }
}
