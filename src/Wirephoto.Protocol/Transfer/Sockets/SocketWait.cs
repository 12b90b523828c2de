using System.Threading.Tasks.Sources;

namespace Wirephoto.Protocol.Transfer.Sockets;

/// <summary>One side's wait for a socket, reused for the next one: one at a time, each awaited to its end.</summary>
sealed class SocketWait : IValueTaskSource
{
    ManualResetValueTaskSourceCore<bool> core;
    CancellationTokenRegistration registration;
    int waiting;

    /// <summary>Whether somebody waits.</summary>
    public bool IsWaiting => Volatile.Read(ref waiting) != 0;

    /// <summary>Begins to wait.</summary>
    /// <exception cref="InvalidOperationException">Somebody waits already, who would never go on.</exception>
    public ValueTask Begin(CancellationToken cancel)
    {
        if (IsWaiting) throw new InvalidOperationException("two reads or two writes of a connection at once");
        core.Reset();
        Volatile.Write(ref waiting, 1);
        registration = cancel.UnsafeRegister(static (wait, token) => ((SocketWait)wait!).Fail(new OperationCanceledException(token)), this);
        return new ValueTask(this, core.Version);
    }

    /// <summary>Ends the wait; false: there is none. Whoever ends it lets go on.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref waiting, 0) != 0;

    /// <summary>Lets who waited try again; he goes on before this returns, or elsewhere.</summary>
    public void GoOn(bool inline)
    {
        core.RunContinuationsAsynchronously = !inline;
        core.SetResult(true);
    }

    /// <summary>Ends the wait, if there is one, with a failure. Who waited goes on elsewhere: the caller may hold a lock.</summary>
    public void Fail(Exception why)
    {
        if (!TryEnd()) return;
        core.RunContinuationsAsynchronously = true;
        core.SetException(why);
    }

    void IValueTaskSource.GetResult(short token)
    {
        // Waits for a callback that is running: afterwards nothing of this wait can meet the next one.
        registration.Dispose();
        core.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        core.OnCompleted(continuation, state, token, flags);
}
