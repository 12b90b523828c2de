namespace Wirephoto.Client.Connections;

/// <summary>Ends a connection on which a reply is due, or a request being written, but no byte moves. Time that the caller's own file or stream takes does not count.</summary>
sealed class SilenceWatch : IDisposable
{
    readonly Lock gate = new();
    readonly TimeSpan limit;
    readonly ITimer timer;
    int waits;
    bool due;

    /// <summary>A watch that calls <paramref name="silent"/> after <paramref name="limit"/> of silence.</summary>
    public SilenceWatch(TimeProvider clock, TimeSpan limit, Action silent)
    {
        this.limit = limit;
        timer = clock.CreateTimer(_ => silent(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Says whether any reply is due or request being written.</summary>
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

    void Restart() => timer.Change(due && waits > 0 ? limit : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();
}
