using Wirephoto.Testing;

namespace Wirephoto.Server.Tests.Support;

/// <summary>Waits, without sleeping, for what another task is about to do.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static Task TrueAsync(Func<bool> condition) => TrueAsync(() => Task.FromResult(condition()));

    public static async Task TrueAsync(Func<Task<bool>> condition)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience) Assert.Fail("what was waited for did not happen");
            await Task.Yield();
        }
    }

    /// <summary>Lets a deadline pass that somebody has just begun to wait for, once, and waits for what follows.</summary>
    public static async Task PassAsync(this ManualClock clock, TimeSpan deadline, Task until)
    {
        await clock.AwaitsAsync(deadline);
        clock.Advance(deadline);
        await TrueAsync(() => until.IsCompleted);
    }

    /// <summary>
    /// Waits until somebody waits for this deadline and for no shorter one, and for a moment of real time nothing changes about that: what still moves has deadlines of its own, and
    /// begins to wait anew when it has moved, after the time has passed.
    /// </summary>
    public static Task AwaitsAsync(this ManualClock clock, TimeSpan deadline)
    {
        var since = TimeProvider.System.GetTimestamp();
        return TrueAsync(() =>
        {
            if (!clock.HasTimerWithin(deadline) || clock.HasTimerWithin(deadline - TimeSpan.FromSeconds(2))) since = TimeProvider.System.GetTimestamp();
            return TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromMilliseconds(100);
        });
    }
}
