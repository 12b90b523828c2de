namespace Wirephoto.Testing;

/// <summary>Time that passes only when a test says so.</summary>
public sealed class ManualClock : TimeProvider
{
    readonly Lock gate = new();
    readonly List<ManualTimer> timers = [];
    readonly List<TimeSpan> waits = [];
    DateTimeOffset now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>One-shot waits up to this long are noted and over at once; null: every wait waits for <see cref="Advance"/>.</summary>
    public TimeSpan? Skip { get; init; }

    /// <summary>The waits that took no time, in their order.</summary>
    public IReadOnlyList<TimeSpan> Waits
    {
        get
        {
            lock (gate) return [.. waits];
        }
    }

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (gate) timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Whether something waits for the time to pass.</summary>
    public bool HasTimerWithin(TimeSpan span)
    {
        lock (gate) return timers.Any(timer => timer.Due is { } due && due <= now + span);
    }

    /// <summary>Lets time pass, and what is due happen, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                now = next?.Due ?? end;
                next?.Rearm(now);
            }

            if (next is null) return;
            next.Fire();
        }
    }

    sealed class ManualTimer(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        TimeSpan period;

        public DateTimeOffset? Due { get; private set; }

        public void Rearm(DateTimeOffset now) => Due = period > TimeSpan.Zero ? now + period : null;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan newPeriod)
        {
            lock (clock.gate)
            {
                period = newPeriod;
                var skipped = dueTime >= TimeSpan.Zero && dueTime <= clock.Skip;
                Due = skipped || dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
                if (!skipped) return true;
                clock.waits.Add(dueTime);
            }

            // As a real timer does: on another thread, never inside the call that sets it.
            ThreadPool.UnsafeQueueUserWorkItem(static timer => timer.Fire(), this, preferLocal: false);
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
