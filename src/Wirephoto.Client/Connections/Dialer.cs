using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Client.Connections;

/// <summary>Makes connections to one server, each with its hello said.</summary>
sealed class Dialer(string host, int port, WirephotoClientOptions options)
{
    readonly ServerTrust? trust = options.Tls is { } tls ? new ServerTrust(tls) : null;

    /// <summary>Connects and says hello, within the time for a connection.</summary>
    /// <exception cref="ConnectionException">No connection.</exception>
    /// <exception cref="RefusedException">The server does not want this client, or not now.</exception>
    public async Task<Connection> ConnectAsync(CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try
        {
            var connection = await OpenAsync(await DialAsync(either.Token), either.Token);
            try
            {
                await connection.GreetAsync(options, either.Token);
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

    async Task<(Socket Socket, IPEndPoint Server)> DialAsync(CancellationToken cancel)
    {
        try
        {
            return await AddressRace.ConnectAsync(await Dns.GetHostAddressesAsync(host, cancel), port, options.Clock, cancel);
        }
        catch (SocketException e)
        {
            throw new ConnectionException(ErrorCode.NoConnection, $"no connection to {host}:{port}: {e.Message}", e);
        }
    }

    async Task<Connection> OpenAsync((Socket Socket, IPEndPoint Server) dialled, CancellationToken cancel)
    {
        Connection? connection = null;
        var seconds = options.ReplyTimeout.TotalSeconds;
        var silence = new SilenceWatch(options.Clock, options.ReplyTimeout, () =>
            connection!.End(new EndReason(ErrorCode.Timeout, $"the server was silent for {seconds:0.#} s while a reply was due")));
        var plain = new SocketDuplex(new WatchedStream(dialled.Socket, silence));
        try
        {
            connection = new Connection(trust is null ? plain : await trust.SecureAsync(plain, host, port, cancel), silence, dialled.Server);
            return connection;
        }
        catch
        {
            await plain.DisposeAsync();
            silence.Dispose();
            throw;
        }
    }
}
