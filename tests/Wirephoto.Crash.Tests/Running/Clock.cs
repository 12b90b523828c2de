namespace Wirephoto.Crash.Tests.Running;

/// <summary>Kills or stops a server by the clock, as its life says, and knows what it was doing then.</summary>
sealed class Clock(ServerProcess server, Life life) : IAsyncDisposable
{
    readonly List<Timer> timers = [];
    readonly Lock gate = new();
    bool ended;

    public Phase Phase { get; private set; }

    /// <summary>A phase begins.</summary>
    public void Enter(Phase phase)
    {
        lock (gate)
        {
            // A server that was killed or told to stop does so, whatever its clients do meanwhile.
            if (ended) return;
            Phase = phase;
            if (life.KilledWhile == phase) timers.Add(new Timer(_ => Kill(), null, life.After, Timeout.InfiniteTimeSpan));
            if (phase == Phase.Serving && life.StopsUnderLoad) timers.Add(new Timer(_ => Stop(), null, life.After, Timeout.InfiniteTimeSpan));
        }
    }

    /// <summary>Tells the server to stop.</summary>
    public void Stop()
    {
        lock (gate)
        {
            if (ended || server.Dead) return;
            Enter(Phase.Stopping);
            ended = true;
            server.Terminate();
        }
    }

    // What comes now is no phase of the server's any more.
    void Kill()
    {
        lock (gate)
        {
            ended = true;
            server.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var timer in timers) await timer.DisposeAsync();
    }
}
