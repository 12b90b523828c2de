using Wirephoto.Cli.Arguments;
using Wirephoto.Client;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Commands;

/// <summary>The connections to the server: the first is made when it is needed, further ones for jobs. A server that is gone is not asked again.</summary>
sealed class ServerConnections(ServerAddress server, WirephotoClientOptions options) : IAsyncDisposable
{
    readonly List<WirephotoClient> clients = [];

    /// <summary>Why there is no use in asking the server for anything more; null: it answers.</summary>
    public WirephotoException? Gone { get; private set; }

    /// <summary>The address to report: the server's own once connected, until then as it was written.</summary>
    public string Address { get; private set; } = server.ToString();

    /// <summary>The first connection.</summary>
    /// <exception cref="WirephotoException">It can't be made.</exception>
    public async Task<WirephotoClient> ConnectAsync(CancellationToken cancel)
    {
        if (Gone is not null) throw Gone;
        if (clients.Count > 0) return clients[0];
        try
        {
            var client = await WirephotoClient.ConnectAsync(server.Host, server.Port, options, cancel);
            clients.Add(client);
            Address = client.ServerEndPoint.ToString();
            return client;
        }
        catch (WirephotoException e)
        {
            Gone = e;
            throw;
        }
    }

    /// <summary>Hands over as many connections as the server lets us have, up to a number: at once those that there are, the others when they are made.</summary>
    /// <param name="most">Connections at most.</param>
    /// <param name="joined">Gets each; from any thread.</param>
    /// <param name="unwanted">Ends the wait for those that are still being made.</param>
    public Task ConnectAsync(int most, Action<WirephotoClient> joined, CancellationToken unwanted)
    {
        var missing = Math.Max(0, most - clients.Count);
        foreach (var client in clients.Take(most)) joined(client);
        return Task.WhenAll(Enumerable.Range(0, missing).Select(_ => TryAddAsync(joined, unwanted)));
    }

    async Task TryAddAsync(Action<WirephotoClient> joined, CancellationToken unwanted)
    {
        try
        {
            var client = await WirephotoClient.ConnectAsync(server.Host, server.Port, options, unwanted);
            lock (clients) clients.Add(client);
            joined(client);
        }
        catch (Exception e) when (e is WirephotoException or OperationCanceledException)
        {
        }
    }

    /// <summary>Takes note of a failure after which the server will not answer anything else either.</summary>
    public void Note(WirephotoException failure)
    {
        // The connection has made its own repetitions by now: with thousands of files to go, another round for each would take days.
        if (failure.Code is ErrorCode.NoConnection or ErrorCode.Timeout or ErrorCode.BadReply or ErrorCode.ServerFull or ErrorCode.ShuttingDown
            or ErrorCode.Protected or ErrorCode.BadToken or ErrorCode.TlsRequired or ErrorCode.Untrusted)
            Gone ??= failure;
    }

    /// <summary>Gives a server that was gone another chance.</summary>
    public void Forget() => Gone = null;

    /// <summary>The types that the server accepts.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadReply"/>: what it announced are no types.</exception>
    public static ImageTypes Types(WirephotoClient client)
    {
        try
        {
            return new ImageTypes(client.Server.Types);
        }
        catch (ArgumentException e)
        {
            throw new WirephotoException(ErrorCode.BadReply, $"the server announced unusable types: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients) await client.DisposeAsync();
    }
}
