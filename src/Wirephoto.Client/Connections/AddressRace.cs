using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Client.Connections;

/// <summary>
/// Connects to the first address of a host that takes a connection. The next one is tried as soon as those before it have failed, or were silent for a moment: where packets to one address
/// get lost on the way, a good one behind it is not kept from anybody. Source: RFC 8305 ("Happy Eyeballs"), section 5; addresses keep the order the system gives.
/// </summary>
static class AddressRace
{
    /// <summary>How long an address is alone before the next one is tried as well: the RFC's "Connection Attempt Delay", at its recommended value.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>A connected socket, which is the caller's, and its other end.</summary>
    /// <param name="addresses">In the order they are preferred.</param>
    /// <param name="port">The port at each of them.</param>
    /// <param name="clock">Time.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="SocketException">No address takes a connection; of several reasons the last one.</exception>
    public static async Task<(Socket Socket, IPEndPoint Server)> ConnectAsync(IPAddress[] addresses, int port, TimeProvider clock, CancellationToken cancel)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = new List<Task<(Socket Socket, IPEndPoint Server)>>();
        var delay = Task.CompletedTask;

        // Also where the host has no address of a kind that this machine speaks.
        var why = new SocketException((int)SocketError.AddressFamilyNotSupported);
        try
        {
            for (var next = 0; next < addresses.Length || running.Count > 0;)
            {
                over.Token.ThrowIfCancellationRequested();
                if (next < addresses.Length && (running.Count == 0 || delay.IsCompleted))
                {
                    running.Add(DialAsync(new IPEndPoint(addresses[next++], port), over.Token));
                    if (next < addresses.Length) delay = Task.Delay(AttemptDelay, clock, over.Token);
                }

                Task[] awaited = next < addresses.Length ? [.. running, delay] : [.. running];
                if (await Task.WhenAny(awaited) is not Task<(Socket Socket, IPEndPoint Server)> ended) continue;
                running.Remove(ended);
                try
                {
                    return await ended;
                }
                catch (SocketException e)
                {
                    why = e;
                }
            }

            throw why;
        }
        finally
        {
            await over.CancelAsync();
            foreach (var loser in running)
            {
                // One that has failed has closed its socket itself.
                await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (loser.IsCompletedSuccessfully) (await loser).Socket.Dispose();
            }
        }
    }

    static async Task<(Socket Socket, IPEndPoint Server)> DialAsync(IPEndPoint server, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            await SocketStream.ConnectAsync(socket, server, cancel);
            return (socket, server);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
