using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Connections;

/// <summary>Makes connections to one server, each with its hello said.</summary>
sealed class Dialer(string host, int port, WirephotoClientOptions options)
{
    /// <summary>Connects and says hello, within the time for a connection.</summary>
    /// <exception cref="ConnectionException">No connection.</exception>
    /// <exception cref="RefusedException">The server does not want this client, or not now.</exception>
    public async Task<Connection> ConnectAsync(CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            var connection = Open(await DialAsync(either.Token));
            try
            {
                await connection.GreetAsync(options.ClientName, options.Token, either.Token);
                return connection;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ConnectionException(ErrorCode.NoConnection, $"{host}:{port} did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s");
        }
    }

    async Task<Socket> DialAsync(CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
            await socket.ConnectAsync(host, port, cancel);
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new ConnectionException(ErrorCode.NoConnection, $"no connection to {host}:{port}: {e.Message}", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    Connection Open(Socket socket)
    {
        var server = (IPEndPoint)socket.RemoteEndPoint!;
        if (server.Address.IsIPv4MappedToIPv6) server = new IPEndPoint(server.Address.MapToIPv4(), server.Port);

        Connection? connection = null;
        var seconds = options.ReplyTimeout.TotalSeconds;
        var silence = new SilenceWatch(options.Clock, options.ReplyTimeout, () =>
            connection!.End(new EndReason(ErrorCode.Timeout, $"the server was silent for {seconds:0.#} s while a reply was due")));
        connection = new Connection(new SocketDuplex(socket, new WatchedStream(socket, silence)), silence, server);
        return connection;
    }
}
