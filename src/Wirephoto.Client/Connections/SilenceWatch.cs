namespace Wirephoto.Client.Connections;

/// <summary>Ends a connection on which a reply is due but no byte moves. Time that the caller's own file or stream takes does not count.</summary>
sealed class SilenceWatch : IDisposable
{
    readonly Lock gate = new();
    readonly TimeProvider clock;
    readonly TimeSpan limit;
    readonly Action silent;
    readonly ITimer timer;
    int waits;
    bool due;
    bool armed;
    long since;

    /// <summary>A watch that calls <paramref name="silent"/> after <paramref name="limit"/> of silence.</summary>
    public SilenceWatch(TimeProvider clock, TimeSpan limit, Action silent)
    {
        (this.clock, this.limit, this.silent) = (clock, limit, silent);
        timer = clock.CreateTimer(static watch => ((SilenceWatch)watch!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says whether any reply is due.</summary>
    public void Due(bool value)
    {
        lock (gate)
        {
            due = value;
            Restart();
        }
    }

    /// <summary>A read or write begins to wait for the network.</summary>
    public void WaitBegins() => Count(+1);

    /// <summary>A read or write is over: bytes moved, or the connection ended.</summary>
    public void WaitEnds() => Count(-1);

    void Count(int change)
    {
        lock (gate)
        {
            waits += change;
            Restart();
        }
    }

    // A timer that is set already is left alone, because setting it costs more than all the rest here: it looks again when it goes off.
    void Restart()
    {
        since = clock.GetTimestamp();
        if (armed || !Watching) return;
        armed = true;
        timer.Change(limit, Timeout.InfiniteTimeSpan);
    }

    bool Watching => due && waits > 0;

    void OnTimer()
    {
        lock (gate)
        {
            armed = false;
            if (!Watching) return;
            if (limit - clock.GetElapsedTime(since) is { Ticks: > 0 } left)
            {
                armed = true;
                timer.Change(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        silent();
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();
}
