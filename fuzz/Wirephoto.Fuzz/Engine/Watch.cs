namespace Wirephoto.Fuzz.Engine;

/// <summary>Notices an input that does not come to an end. A decoder that hangs can't be stopped, so whoever is called is expected to end the process.</summary>
public sealed class Watch : IDisposable
{
    /// <summary>Time for one input: thousands of times what any needs.</summary>
    public static readonly TimeSpan Most = TimeSpan.FromSeconds(10);

    readonly Action<FuzzInput> hangs;
    readonly TimeSpan most;
    readonly Timer timer;
    FuzzInput? current;
    long since;

    /// <summary>A watch that calls <paramref name="hangs"/> once for an input that takes too long.</summary>
    public Watch(Action<FuzzInput> hangs, TimeSpan? most = null)
    {
        (this.hangs, this.most) = (hangs, most ?? Most);
        timer = new Timer(_ => Look(), null, this.most / 4, this.most / 4);
    }

    /// <summary>An input begins.</summary>
    public void Begin(FuzzInput input)
    {
        Volatile.Write(ref since, Environment.TickCount64);
        Volatile.Write(ref current, input);
    }

    /// <summary>It has come to an end.</summary>
    public void End() => Volatile.Write(ref current, null);

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    void Look()
    {
        if (Volatile.Read(ref current) is not { } input || Environment.TickCount64 - Volatile.Read(ref since) < most.TotalMilliseconds) return;
        if (Interlocked.CompareExchange(ref current, null, input) == input) hangs(input);
    }
}
