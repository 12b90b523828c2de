using System.Net;
using System.Net.Sockets;

namespace Wirephoto.Protocol.Tests.Transfer.Sockets;

/// <summary>Both ends of a connection over loopback.</summary>
static class SocketPair
{
    public static async Task<(Socket Near, Socket Far)> ConnectAsync()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(listener.LocalEndpoint, cancel);
        return (await listener.AcceptSocketAsync(cancel), far);
    }
}
