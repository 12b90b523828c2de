using System.Net;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Net;

/// <summary>Who is let in: protected mode, and the number of clients. Refusals are told in the native form.</summary>
public sealed class Doorman(ServerOptions options, ClientRoster roster, TimeProvider clock, ServerLog log)
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

        if (roster.Enter(address, options.Limits.Clients) is { } caller) return (caller, null);
        return (null, new WirephotoException(ErrorCode.ServerFull, $"Server full: {options.Limits.Clients} clients are connected. Try again later."));
    }

    /// <summary>Tells a client why it is not let in, and closes. Never throws.</summary>
    public async Task TurnAwayAsync(Duplex duplex, IPEndPoint address, WirephotoException refusal)
    {
        await using (duplex)
        {
            // Politeness must not become a way to fill the server up: beyond a number, the connection is only closed.
            if (Interlocked.Increment(ref refusing) <= options.Limits.Refusals) await TellAsync(duplex, refusal);
            Interlocked.Decrement(ref refusing);
            log.Refused(address, refusal.Code.Word(), refusal.Message);
        }
    }

    async Task TellAsync(Duplex duplex, WirephotoException refusal)
    {
        using var enough = new CancellationTokenSource(options.Limits.Linger, clock);
        using var head = new HeadWriter();
        try
        {
            await duplex.WriteAsync(new ErrorReply(refusal).Write(head, id: null), enough.Token);
            await Farewell.LingerAsync(duplex, options.Limits.Linger, clock);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It left before it was told.
        }
    }
}
