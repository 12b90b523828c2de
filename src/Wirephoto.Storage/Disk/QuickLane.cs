using System.Diagnostics;

namespace Wirephoto.Storage.Disk;

/// <summary>
/// Says whether work for a disk may run where it is asked for: only while work of late took no longer than handing it to another thread, and only for as
/// many callers at a time as there are cores, those of all lanes together. So a disk that suddenly hangs blocks no more threads of the pool than that.
/// </summary>
/// <param name="places">How many callers there may be, shared with other lanes.</param>
sealed class QuickLane(QuickLane.Places places)
{
    /// <summary>As many places as there are cores, for all of the process: the pool makes up for as many blocked threads within a second, and would need that second for each one more.</summary>
    public static readonly Places OfProcess = new(Environment.ProcessorCount);

    // About what two changes of threads cost on a busy machine.
    static readonly long Quick = Stopwatch.Frequency / 5_000;

    // Work that has to wait for a core takes some milliseconds more, now and then, on the quickest disk: what is no longer than that counts no more than this.
    static readonly long Waited = Stopwatch.Frequency / 50;
    static readonly long Interrupted = Quick * 5;

    // A single hang counts no more than this, so that some quick work makes up for it.
    static readonly long Slow = Quick * 50;

    // Into new memory, on a slow machine.
    const long CopiedPerSecond = 500_000_000;

    // The time that work takes, a moving average in ticks of the stopwatch. An update that gets lost in a race does not matter.
    long average = Slow;

    /// <summary>Whether the caller may do the work itself; it then calls <see cref="Leave"/>.</summary>
    public bool TryEnter() => Volatile.Read(ref average) <= Quick && places.TryTake();

    /// <summary>Ends work on so many bytes that was begun at this time of the stopwatch.</summary>
    public void Leave(long started, int bytes)
    {
        places.GiveBack();
        Learn(started, bytes);
    }

    /// <summary>Learns from work on so many bytes that was begun at this time of the stopwatch.</summary>
    public void Learn(long started, int bytes)
    {
        // Copying takes its time on any disk and any thread.
        var took = Math.Max(0, Stopwatch.GetTimestamp() - started - (bytes * Stopwatch.Frequency / CopiedPerSecond));
        took = took > Waited ? Slow : Math.Min(took, Interrupted);
        Volatile.Write(ref average, average + (took - average) / 8);
    }

    /// <summary>Places for callers.</summary>
    public sealed class Places(int count)
    {
        int free = count;

        /// <summary>Takes a place if there is one.</summary>
        public bool TryTake()
        {
            if (Interlocked.Decrement(ref free) >= 0) return true;
            GiveBack();
            return false;
        }

        /// <summary>Gives a place back.</summary>
        public void GiveBack() => Interlocked.Increment(ref free);
    }
}
