using System.Diagnostics;

namespace Wirephoto.Storage.Crashes;

/// <summary>
/// Ends the process at one <see cref="CrashPoint"/>, for the tests that prove what survives it: <c>WIREPHOTO_CRASH_AT=CommitLinked:3</c> kills it
/// when the point is reached for the third time. Without the variable a call costs nothing.
/// </summary>
public static class CrashPoints
{
    /// <summary>The variable that arms a point.</summary>
    public const string Variable = "WIREPHOTO_CRASH_AT";

    // Read once, so that the compiler drops the calls of a process in which nothing is armed.
    static readonly bool armed = TryRead(Environment.GetEnvironmentVariable(Variable), out point, out left);

    static readonly CrashPoint point;

    static int left;

    /// <summary>Says that this point is reached.</summary>
    public static void Reach(CrashPoint reached)
    {
        if (armed && reached == point) Count();
    }

    // A point and which of its times is meant: CommitLinked:3; the first when none is given.
    static bool TryRead(string? text, out CrashPoint point, out int time)
    {
        (point, time) = (default, 1);
        if (text is null) return false;
        var parts = text.Split(':');
        return parts.Length <= 2 && Enum.TryParse(parts[0], out point) && Enum.IsDefined(point) && (parts.Length == 1 || int.TryParse(parts[1], out time));
    }

    static void Count()
    {
        if (Interlocked.Decrement(ref left) != 0) return;

        // Not an exit: nothing is flushed, unwound or told. Other threads have their time until the kernel ends them, this one has none.
        using var self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }
}
