using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer.Sockets;
using Wirephoto.Server.Logging;

namespace Wirephoto.Server.Net;

/// <summary>A TCP port: accepts connections and hands each over.</summary>
public sealed class Listener : IDisposable
{
    // What accept(2) needs to recover when the process is out of file handles.
    static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    readonly Socket socket;

    Listener(Socket socket) => this.socket = socket;

    /// <summary>Where it listens; the address is 0.0.0.0 when it is all of them.</summary>
    public IPEndPoint Address => Plain((IPEndPoint)socket.LocalEndPoint!);

    /// <summary>Opens a port.</summary>
    /// <param name="address">The address to listen on; null: all.</param>
    /// <param name="port">The port; 0 lets the system choose.</param>
    /// <param name="backlog">Connections that may wait to be accepted.</param>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Usage"/>: the port is in use, or the address is not this machine's.</exception>
    public static Listener Open(IPAddress? address, int port, int backlog)
    {
        var bind = address ?? (Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any);
        var socket = new Socket(bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (address is null && bind.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = true;
            socket.Bind(new IPEndPoint(bind, port));
            socket.Listen(backlog);
            return new Listener(socket);
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new WirephotoException(ErrorCode.Usage, Explain(e, bind, port), e);
        }
    }

    /// <summary>Accepts connections until cancelled; each is started and not waited for.</summary>
    public async Task AcceptAsync(Action<SocketDuplex, IPEndPoint> connected, ServerLog log, TimeProvider clock, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var client = await socket.AcceptAsync(cancel);
                Start(client, connected);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                log.AcceptFailed(e.Message);
                await Task.Delay(Breath, clock, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    static void Start(Socket client, Action<SocketDuplex, IPEndPoint> connected)
    {
        try
        {
            // A peer that vanished without a word is noticed although it owes nothing.
            client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            var address = Plain((IPEndPoint)client.RemoteEndPoint!);
            connected(new SocketDuplex(client), address);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // It was reset between being accepted and being looked at.
            client.Dispose();
        }
    }

    // An IPv4 client of a dual-mode socket shows as ::ffff:1.2.3.4; people know it as 1.2.3.4.
    static IPEndPoint Plain(IPEndPoint address) => address.Address switch
    {
        { IsIPv4MappedToIPv6: true } mapped => new IPEndPoint(mapped.MapToIPv4(), address.Port),
        var any when any.Equals(IPAddress.IPv6Any) => new IPEndPoint(IPAddress.Any, address.Port),
        _ => address,
    };

    static string Explain(SocketException e, IPAddress bind, int port) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => $"port {port} is in use by another program, maybe another wirephotod: choose another one, or stop that program",
        SocketError.AddressNotAvailable => $"{bind} is not an address of this machine: choose another one for --bind",
        SocketError.AccessDenied => $"port {port} needs more rights: choose one above 1023",
        _ => $"port {port} can't be opened: {e.Message}",
    };
}
