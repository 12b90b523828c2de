using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// The space that uploads were promised, so that one that has begun can be finished. Together the promises never exceed what is free, less what the owner
/// keeps. docs/decisions/storage-space-is-promised.md says who has to give space back to whom.
/// </summary>
/// <param name="free">Asks the medium for its free bytes.</param>
/// <param name="kept">Bytes that stay free whatever is uploaded.</param>
/// <param name="clock">Time.</param>
sealed class SpaceBudget(Func<long> free, long kept, TimeProvider clock)
{
    // An upload on a slow mobile line does not keep its promise on a disk that others need; one on any other line does.
    static readonly TimeSpan Steady = TimeSpan.FromSeconds(30);
    const long SteadyBytes = 1 << 20;

    // For how long an answer of the medium does for uploads that need little of it. What is written meanwhile is taken off; what others write is not seen.
    static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(100);
    const long Little = 64 << 20;
    const long Plenty = 16L << 30;

    readonly Lock gate = new();
    readonly HashSet<StagedUpload> holders = [];
    long promised;
    long known;
    long? asked;

    /// <summary>Whether anybody holds a promise, which ends with its last byte.</summary>
    public bool IsPromised
    {
        get
        {
            lock (gate) return promised > 0;
        }
    }

    /// <summary>Bytes that can be promised.</summary>
    public long Available
    {
        get
        {
            // The medium is asked under the lock: bytes that are written meanwhile are still promised as well, and never counted as free twice.
            lock (gate) return Math.Max(0, Ask() - kept - promised);
        }
    }

    /// <summary>Promises an upload the space for what is missing of it, in place of an earlier promise.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFull"/>, with the bytes that are missing.</exception>
    public void Promise(StagedUpload upload)
    {
        var needed = upload.Intent.Length - upload.Offset;
        lock (gate)
        {
            Drop(upload);
            var isKnown = needed <= Little && known - kept - promised >= Plenty && asked is { } then && clock.GetElapsedTime(then) < Fresh;
            var available = (isKnown ? known : Ask()) - kept - promised;
            if (needed > available) available += CallBack(upload.Intent.Peer, needed - available);
            if (needed > available) throw Full(needed, Math.Max(0, available));
            upload.Promised = needed;
            promised += needed;
            holders.Add(upload);
        }
    }

    /// <summary>Makes sure before a piece is written that its space is promised: another upload may have needed it meanwhile.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFull"/>.</exception>
    public void Ensure(StagedUpload upload, long bytes)
    {
        lock (gate)
        {
            if (upload.Promised >= bytes) return;
        }

        Promise(upload);
    }

    /// <summary>Takes off the promise what has been written.</summary>
    public void Written(StagedUpload upload, long bytes)
    {
        lock (gate)
        {
            known -= bytes;
            upload.SinceSteady += bytes;
            if (upload.SinceSteady >= SteadyBytes) (upload.SinceSteady, upload.SteadyUntil) = (0, clock.GetUtcNow() + Steady);
            if (upload.Promised == 0) return;
            var used = Math.Min(bytes, upload.Promised);
            upload.Promised -= used;
            promised -= used;
            if (upload.Promised == 0) holders.Remove(upload);
        }
    }

    /// <summary>Ends a promise.</summary>
    public void Release(StagedUpload upload)
    {
        lock (gate) Drop(upload);
    }

    // Takes back promises of other addresses whose uploads don't get on, the longest stalled first, until there is enough. Returns how much.
    long CallBack(string peer, long missing)
    {
        var now = clock.GetUtcNow();
        var stalled = holders.Where(other => other.Intent.Peer != peer && other.SteadyUntil <= now).OrderBy(other => other.SteadyUntil).ToList();

        // Nobody gives anything back for an upload that would not fit all the same.
        if (stalled.Sum(other => other.Promised) < missing) return 0;
        var back = 0L;
        foreach (var other in stalled)
        {
            if (back >= missing) break;
            back += other.Promised;
            Drop(other);
        }

        return back;
    }

    long Ask()
    {
        var now = clock.GetTimestamp();
        known = free();
        asked = now;
        return known;
    }

    void Drop(StagedUpload upload)
    {
        promised -= upload.Promised;
        upload.Promised = 0;
        holders.Remove(upload);
    }

    static WirephotoException Full(long needed, long available) =>
        new(ErrorCode.StorageFull, $"the image needs {needed} bytes and {available} are free for it: {needed - available} are missing")
        {
            Details = new ErrorDetails { Limit = needed - available },
        };
}
