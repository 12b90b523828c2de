using System.Security.Authentication;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Tls;
using Wirephoto.Server.Native;

namespace Wirephoto.Server.Net;

/// <summary>A client that has begun with a TLS hello: the handshake, then whatever it says inside.</summary>
static class TlsEntrance
{
    /// <summary>Runs the conversation inside TLS; the connection stays open.</summary>
    /// <param name="plain">The connection, its hello not taken yet.</param>
    /// <param name="context">What sessions work with; there is a certificate.</param>
    /// <param name="open">Starts the conversation.</param>
    public static async Task<ConnectionEnd> RunAsync(Duplex plain, SessionContext context, Func<Duplex, ISession> open)
    {
        var (tls, end) = await ShakeHandsAsync(plain, context);
        if (tls is null) return end;
        await using (tls)
        {
            await using var session = open(tls);
            end = await session.RunAsync();

            // Whoever reads to the end of the stream is to know that nobody has cut it.
            tls.ShutdownWrite();
            return end;
        }
    }

    static async Task<(TlsDuplex? Tls, ConnectionEnd End)> ShakeHandsAsync(Duplex plain, SessionContext context)
    {
        using var patience = new Patience(context.Options.Limits, context.Clock);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.Draining);
        patience.AwaitHandshake();
        try
        {
            return (await TlsDuplex.AcceptAsync(plain, context.Options.Certificate!.Context, wait.Token), default);
        }
        catch (OperationCanceledException)
        {
            if (patience.Late is not { } late) return (null, ConnectionEnd.Drained);
            Tell(context, ErrorCode.Timeout, $"waited too long for {late}");
            return (null, ConnectionEnd.TimedOut);
        }
        catch (AuthenticationException failed)
        {
            // Most often it is the client that does not accept the certificate.
            Tell(context, ErrorCode.UnsupportedProtocol, $"no TLS with this client: {(failed.InnerException ?? failed).Message}");
            return (null, ConnectionEnd.ProtocolError);
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            Tell(context, ErrorCode.InDoubt, $"the connection was lost inside the TLS handshake: {lost.Message}");
            return (null, ConnectionEnd.Lost);
        }
    }

    static void Tell(SessionContext context, ErrorCode error, string message) =>
        context.Log.Request(context.Caller, "-", "", success: false, $"{error.Word()}: {message}");
}
