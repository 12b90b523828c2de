using System.Net;
using System.Net.Sockets;

namespace Wirephoto.Client.Tests.Peer;

/// <summary>An address at which connections are neither made nor refused: the queue of a listener that accepts nobody is full soon, and further ones wait for minutes.</summary>
sealed class FullListener : IDisposable
{
    readonly List<Socket> held = [];

    public FullListener(IPAddress address, int port = 0)
    {
        Listener = new TcpListener(address, port);
        Listener.Start(backlog: 1);
        for (var i = 0; i < 4; i++)
        {
            held.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false });
            _ = Record.Exception(() => held[i].Connect(Listener.LocalEndpoint));
        }
    }

    public TcpListener Listener { get; }

    public void Dispose()
    {
        foreach (var socket in held) socket.Dispose();
        Listener.Dispose();
    }
}
