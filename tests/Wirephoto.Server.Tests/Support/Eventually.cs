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

    /// <summary>
    /// Lets time pass until something has happened, each time as much as somebody waits for at most. Once is not enough: what still moves while the time passes begins its wait
    /// anew, and nobody would end that.
    /// </summary>
    public static async Task PassAsync(this ManualClock clock, TimeSpan most, Task until)
    {
        for (var passed = 0; !until.IsCompleted; passed++)
        {
            if (passed == 1000) Assert.Fail($"{1000 * most} have passed, and what was waited for did not happen");
            await TrueAsync(() => clock.HasTimerWithin(most) || until.IsCompleted);
            clock.Advance(most);
        }
    }
}
