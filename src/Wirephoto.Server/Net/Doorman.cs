using System.Net;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Net;

/// <summary>Who is let in at a port: protected mode, and the number of clients.</summary>
/// <param name="options">What the owner asked for.</param>
/// <param name="roster">Who is there.</param>
/// <param name="most">Clients at the same time.</param>
/// <param name="wording">A refusal as the port's clients understand it.</param>
/// <param name="clock">Time.</param>
/// <param name="log">Where it is told.</param>
public sealed class Doorman(
    ServerOptions options, ClientRoster roster, int most, Func<WirephotoException, ReadOnlyMemory<byte>> wording, TimeProvider clock, ServerLog log)
{
    int refusing;

    /// <summary>Lets a client in under a new name, or says why not.</summary>
    public (Caller? Caller, WirephotoException? Refusal) Admit(IPEndPoint address)
    {
        if (!options.Open && !IPAddress.IsLoopback(address.Address))
        {
            return (null, new WirephotoException(
                ErrorCode.Protected,
                "this server has no users yet and serves only its own machine; its owner can start it with --open to serve every machine that reaches it"));
        }

        if (roster.Enter(address, most) is { } caller) return (caller, null);
        return (null, new WirephotoException(ErrorCode.ServerFull, $"Server full: {most} clients are connected. Try again later."));
    }

    /// <summary>Tells a client why it is not let in, and closes. Never throws.</summary>
    public async Task TurnAwayAsync(Duplex duplex, IPEndPoint address, WirephotoException refusal)
    {
        await using (duplex)
        {
            // Politeness must not become a way to fill the server up: beyond a number, the connection is only closed.
            if (Interlocked.Increment(ref refusing) <= options.Limits.Refusals)
            {
                // Not on the thread that accepts: while many are told, others would wait for it.
                await Task.Yield();
                await TellAsync(duplex, refusal);
            }

            Interlocked.Decrement(ref refusing);
            log.Refused(address, refusal.Code.Word(), refusal.Message);
        }
    }

    async Task TellAsync(Duplex duplex, WirephotoException refusal)
    {
        using var enough = new CancellationTokenSource(options.Limits.Linger, clock);
        try
        {
            await duplex.WriteAsync(wording(refusal), enough.Token);
            await Farewell.LingerAsync(duplex, options.Limits.Linger, clock);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It left before it was told.
        }
    }
}
