using System.Net.Sockets;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;

namespace Wirephoto.Server.Net;

/// <summary>One admitted client from its first line in the log to its last, whatever it speaks.</summary>
static class Connection
{
    /// <summary>Serves the client until it is gone. Never throws.</summary>
    /// <param name="duplex">The connection, which is closed in the end.</param>
    /// <param name="session">What its session works with.</param>
    /// <param name="open">Starts the conversation that fits the port.</param>
    /// <param name="endNow">Cancelled when the server can't wait any longer.</param>
    public static async Task RunAsync(Duplex duplex, SessionContext session, Func<Duplex, SessionContext, ISession> open, CancellationToken endNow)
    {
        session.Log.Connected(session.Caller);
        var end = ConnectionEnd.Faulted;
        await using var abort = endNow.UnsafeRegister(static d => ((Duplex)d!).Abort(), duplex);
        try
        {
            // Off the listener's thread: a client whose bytes are always there already would keep everybody else from being accepted.
            await Task.Yield();
            await using var conversation = open(duplex, session);
            end = await conversation.RunAsync();
            if (end is not (ConnectionEnd.ClosedByClient or ConnectionEnd.Lost or ConnectionEnd.NotRead or ConnectionEnd.ReadFailed))
                await Farewell.LingerAsync(duplex, session.Options.Limits.Linger, session.Clock);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            session.Log.Fault(session.Caller, fault);
        }
        finally
        {
            await CloseAsync(duplex);
            session.Roster.Leave(session.Caller);
            session.Log.Disconnected(session.Caller, end);
        }
    }

    static async ValueTask CloseAsync(Duplex duplex)
    {
        try
        {
            await duplex.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // It is closed either way; there is nobody to tell.
        }
    }
}
