using System.Security.Cryptography;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Connections;

/// <summary>
/// How often one operation is repeated, and how long it waits before: exponential, with full jitter, so that many clients don't come back all at once. Only failures in a row count, without any
/// advance of the link: of many calls on a connection that is lost again and again, the last ones would otherwise fail while those before them get on.
/// </summary>
sealed class Attempts(WirephotoClientOptions options, Advances advances)
{
    int failures;
    long advancesBefore = advances.Count;

    /// <summary>Whether there may be another try.</summary>
    public bool Left => FailuresInARow(advances.Count) < options.Retries;

    /// <summary>Waits for the next try.</summary>
    public Task BackOffAsync(CancellationToken cancel)
    {
        var now = advances.Count;
        (failures, advancesBefore) = (FailuresInARow(now) + 1, now);

        // The shift is bounded long before it could overflow a wait that is at most BackoffMost.
        var most = Math.Min(options.BackoffBase.TotalMilliseconds * (1L << Math.Min(failures - 1, 30)), options.BackoffMost.TotalMilliseconds);
        var wait = RandomNumberGenerator.GetInt32(1, (int)Math.Clamp(most, 1, int.MaxValue - 1) + 1);
        return Task.Delay(TimeSpan.FromMilliseconds(wait), options.Clock, cancel);
    }

    int FailuresInARow(long now) => now == advancesBefore ? failures : 0;

    /// <summary>Whether a failure is one of the connection, not of the request: the same request may succeed on another one.</summary>
    public static bool OfConnection(WirephotoException failure) => failure switch
    {
        ConnectionException { Code: not (ErrorCode.BadReply or ErrorCode.Untrusted) } => true,
        RefusedException refused => refused.Code.Info().Kind == ErrorKind.Connection,
        _ => false,
    };

    /// <summary>Whether the request may have been done although it failed: it was sent, and its reply did not come.</summary>
    public static bool MayBeDone(WirephotoException failure) => failure is ConnectionException { Code: ErrorCode.InDoubt or ErrorCode.Timeout };
}
