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
    long before = advances.Count;

    /// <summary>Something is done, or bytes are safe, that were not before.</summary>
    public void Progressed() => advances.Add();

    /// <summary>Whether there may be another try.</summary>
    public bool Left => Failures < options.Retries;

    // In a row.
    int Failures => advances.Count == before ? failures : 0;

    /// <summary>Waits for the next try.</summary>
    public Task BackOffAsync(CancellationToken cancel)
    {
        // The shift is bounded long before it could overflow a wait that is at most BackoffMost.
        var most = Math.Min(options.BackoffBase.TotalMilliseconds * (1L << Math.Min(Failures, 30)), options.BackoffMost.TotalMilliseconds);
        (failures, before) = (Failures + 1, advances.Count);
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
