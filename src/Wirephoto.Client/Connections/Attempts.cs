using System.Security.Cryptography;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Connections;

/// <summary>How often one operation is repeated, and how long it waits before: exponential, with full jitter, so that many clients don't come back all at once.</summary>
sealed class Attempts(WirephotoClientOptions options)
{
    int failures;
    bool excused;

    /// <summary>Bytes are safe that were not before: the failures so far no longer count.</summary>
    public void Progressed() => failures = 0;

    /// <summary>The failure that is about to be told is not one of this operation, and does not count.</summary>
    public void Excuse() => excused = true;

    /// <summary>Whether repetitions are left.</summary>
    public bool Left => excused || failures < options.Retries;

    /// <summary>Waits for the next try.</summary>
    public Task BackOffAsync(CancellationToken cancel)
    {
        // The shift is bounded long before it could overflow a wait that is at most BackoffMost.
        var most = Math.Min(options.BackoffBase.TotalMilliseconds * (1L << Math.Min(failures, 30)), options.BackoffMost.TotalMilliseconds);
        if (!excused) failures++;
        excused = false;
        var wait = RandomNumberGenerator.GetInt32(1, (int)Math.Clamp(most, 1, int.MaxValue - 1) + 1);
        return Task.Delay(TimeSpan.FromMilliseconds(wait), options.Clock, cancel);
    }

    /// <summary>Whether a failure is one of the connection, not of the request: the same request may succeed on another one.</summary>
    public static bool OfConnection(WirephotoException failure) => failure switch
    {
        ConnectionException { Code: not (ErrorCode.BadReply or ErrorCode.Untrusted) } => true,
        RefusedException refused => refused.Code.Info().Kind == ErrorKind.Connection,
        _ => false,
    };
}
