using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Connections;

/// <summary>The calls whose replies are due on a connection, in the order of their requests, and whether it has ended. Safe from any thread.</summary>
sealed class DueCalls(SilenceWatch silence)
{
    readonly Lock gate = new();
    readonly Queue<PendingCall> due = new();
    PendingCall? receiving;
    bool writing, unwritable;

    /// <summary>Why the connection ended, or null while it lives. The first reason wins.</summary>
    public EndReason? End { get; private set; }

    /// <summary>Why no request can be sent, or null while they can.</summary>
    public EndReason? Closed
    {
        get
        {
            lock (gate) return End ?? (unwritable ? new EndReason(ErrorCode.InDoubt, "the connection was lost") : null);
        }
    }

    /// <summary>Whether it lives and no reply is due.</summary>
    public bool Idle
    {
        get
        {
            lock (gate) return End is null && !unwritable && due.Count == 0;
        }
    }

    /// <summary>Adds a call whose request is written next, until <see cref="Written"/>. False: the connection has ended, and so has the call.</summary>
    public bool TryAdd(PendingCall call)
    {
        EndReason? reason;
        lock (gate)
        {
            reason = Closed;
            if (reason is null)
            {
                due.Enqueue(call);
                writing = true;
                Watch();
                return true;
            }
        }

        call.Fail(reason.For(sent: false));
        return false;
    }

    /// <summary>The request of the call that was added last is written to its end, or never will be.</summary>
    public void Written()
    {
        lock (gate)
        {
            writing = false;
            Watch();
        }
    }

    /// <summary>No more requests can be written; replies may still come, among them why.</summary>
    public void StopWriting()
    {
        lock (gate) unwritable = true;
    }

    /// <summary>The call that the reply which arrives now belongs to, or null when no reply is due.</summary>
    public PendingCall? Receive()
    {
        lock (gate) return receiving = due.TryPeek(out var call) ? call : null;
    }

    /// <summary>Takes off the call whose reply has arrived. False when the connection's end has taken it off already.</summary>
    public bool TryRemove()
    {
        lock (gate)
        {
            if (!due.TryDequeue(out _)) return false;
            Watch();
            return true;
        }
    }

    /// <summary>
    /// Ends the connection, and all calls with it, except one whose reply is just arriving: see <see cref="FailReceiving"/>. Returns how many were due, or
    /// null when it has ended already.
    /// </summary>
    public int? TryEnd(EndReason reason)
    {
        PendingCall[] failed;
        lock (gate)
        {
            if (End is not null) return null;
            End = reason;
            failed = [.. due];
            due.Clear();
            Watch();
        }

        foreach (var call in failed.Where(call => call != receiving)) call.Fail(reason.For(sent: true));
        return failed.Length;
    }

    // A server may answer before it has read all of a request, and then read no more.
    void Watch() => silence.Due(End is null && (writing || due.Count > 0));

    /// <summary>Ends the call whose reply was arriving, once the reader has let go of what belongs to its caller.</summary>
    public void FailReceiving() => receiving?.Fail(End!.For(sent: true));
}
