using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Net;

/// <summary>
/// How long a session waits for its client. When a deadline passes, <see cref="Token"/> ends whatever is waiting and <see cref="Late"/>
/// says for what; the session then ends, so this happens once at most.
/// </summary>
public sealed class Patience : IDisposable
{
    readonly ServerLimits limits;
    readonly CancellationTokenSource ended = new();
    readonly Deadline deadline;
    bool served;

    /// <summary>Patience that waits for nothing yet.</summary>
    public Patience(ServerLimits limits, TimeProvider clock)
    {
        this.limits = limits;
        deadline = new Deadline(clock, OnPassed);
    }

    /// <summary>Cancelled when a deadline has passed.</summary>
    public CancellationToken Token => ended.Token;

    /// <summary>What was waited for in vain, in words; null while nothing was.</summary>
    public string? Late { get; private set; }

    /// <summary>Silence is no fault while this is true, such as while the client is still being answered.</summary>
    public Func<bool> Excused { get; init; } = static () => false;

    /// <summary>Starts to wait for the first byte of a request: a short time on a new connection, much longer on one that was served.</summary>
    public void AwaitRequest() => deadline.Start(Request, served ? limits.Idle : limits.FirstByte);

    /// <summary>A request has begun; its head must follow soon.</summary>
    public void AwaitHead()
    {
        served = true;
        deadline.Start("the rest of a head", limits.Head);
    }

    /// <summary>A TLS handshake has begun, and must be over as soon as a head.</summary>
    public void AwaitHandshake() => deadline.Start("the rest of a TLS handshake", limits.Head);

    /// <summary>The length of an image must follow, maybe after a pause.</summary>
    public void AwaitLength() => deadline.Start("the length of an image", limits.BodyPause);

    /// <summary>Ends whatever is waiting although nobody is late: no request is to be read any more.</summary>
    public void End() => ended.Cancel();

    /// <summary>Nothing is waited for.</summary>
    public void Rest() => deadline.Suspend();

    /// <summary>The body of a message. Time runs only while the client is to send: never while the disk works, or while earlier replies are due.</summary>
    public BodyReader Body(Duplex duplex, long size)
    {
        deadline.SetRate("the bytes of a body", limits.BodyPause, limits.BodyRate);
        return new BodyReader(duplex, size)
        {
            Waiting = deadline.Resume,
            Arrived = count =>
            {
                deadline.Suspend();
                deadline.Moved(count);
            },
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        deadline.Dispose();
        ended.Dispose();
    }

    const string Request = "a request";

    void OnPassed(string what)
    {
        if (what == Request && Excused())
        {
            AwaitRequest();
            return;
        }

        Late = what;
        ended.Cancel();
    }
}
