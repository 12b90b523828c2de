namespace Wirephoto.Server.Net;

/// <summary>
/// A time by which a peer must have done something. It is set for one thing at a time and calls back once when it passes. A body
/// uses up credit while nothing comes and earns it back with every byte, so that pauses are forgiven and trickling is not.
/// </summary>
public sealed class Deadline : IDisposable
{
    readonly TimeProvider clock;
    readonly ITimer timer;
    readonly Lock gate = new();
    readonly Action<string> passed;
    string what = "";
    bool running;
    long since;
    TimeSpan credit;
    TimeSpan most;
    int rate = 1;

    /// <summary>Creates a deadline that does not run.</summary>
    /// <param name="clock">Time.</param>
    /// <param name="passed">Called when it passes, with what was waited for, in words.</param>
    public Deadline(TimeProvider clock, Action<string> passed)
    {
        this.clock = clock;
        this.passed = passed;
        timer = clock.CreateTimer(static state => ((Deadline)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets it for one thing, and runs.</summary>
    public void Start(string waitingFor, TimeSpan allowed)
    {
        lock (gate)
        {
            what = waitingFor;
            credit = most = allowed;
            Run();
        }
    }

    /// <summary>Sets it for bytes that must keep up a rate: at most <paramref name="pause"/> behind. It runs only between <see cref="Resume"/> and <see cref="Suspend"/>.</summary>
    public void SetRate(string waitingFor, TimeSpan pause, int bytesPerSecond)
    {
        lock (gate)
        {
            Halt();
            what = waitingFor;
            credit = most = pause;
            rate = bytesPerSecond;
        }
    }

    /// <summary>Counts bytes that moved: each earns the time that the rate gives it.</summary>
    public void Moved(long bytes)
    {
        lock (gate)
        {
            var wasRunning = running;
            Halt();
            var earned = credit + TimeSpan.FromSeconds((double)bytes / rate);
            credit = earned < most ? earned : most;
            if (wasRunning) Run();
        }
    }

    /// <summary>The peer is to act: time runs.</summary>
    public void Resume()
    {
        lock (gate) Run();
    }

    /// <summary>The peer has acted, or is not to act now: time stands still.</summary>
    public void Suspend()
    {
        lock (gate) Halt();
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    void Run()
    {
        running = true;
        since = clock.GetTimestamp();
        timer.Change(credit, Timeout.InfiniteTimeSpan);
    }

    void Halt()
    {
        if (!running) return;
        running = false;
        credit = Left();
        timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    TimeSpan Left() => credit - clock.GetElapsedTime(since) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    void OnTimer()
    {
        string late;
        lock (gate)
        {
            if (!running) return;

            // It may have been set again while the timer was already on its way; timers also fire a little early.
            if (Left() is { Ticks: > 0 } left)
            {
                timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
                return;
            }

            running = false;
            late = what;
        }

        try
        {
            passed(late);
        }
        catch (ObjectDisposedException)
        {
            // What it watched came to its own end in the same moment.
        }
    }
}
