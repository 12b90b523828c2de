namespace Wirephoto.Client.Tests.Peer;

/// <summary>A clock that stands still until it is told otherwise; waits up to <see cref="Skip"/> are noted and over at once.</summary>
sealed class ManualClock : TimeProvider
{
    readonly Lock gate = new();
    readonly List<ManualTimer> timers = [];
    readonly List<TimeSpan> waits = [];
    TimeSpan now;

    /// <summary>One-shot waits up to this long take no time.</summary>
    public TimeSpan Skip { get; init; }

    /// <summary>The waits that took no time, in their order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (gate) return [.. waits];
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Lets time pass, and fires what is due by then.</summary>
    public void Advance(TimeSpan by)
    {
        ManualTimer[] due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(timer => timer.Due <= now)];
            foreach (var timer in due) timers.Remove(timer);
        }

        foreach (var timer in due) timer.Fire();
    }

    sealed class ManualTimer(ManualClock clock, Action fire) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime < TimeSpan.Zero) return true;
                if (dueTime > clock.Skip)
                {
                    Due = clock.now + dueTime;
                    clock.timers.Add(this);
                    return true;
                }

                clock.waits.Add(dueTime);
            }

            ThreadPool.UnsafeQueueUserWorkItem(_ => fire(), null);
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate) clock.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
