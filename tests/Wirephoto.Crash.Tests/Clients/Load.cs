using System.Net.Sockets;
using System.Security.Cryptography;
using Wirephoto.Client;
using Wirephoto.Crash.Tests.Checking;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Crash.Tests.Clients;

/// <summary>Which clients are at work.</summary>
[Flags]
enum Work
{
    Library = 1,
    Pipelines = 2,
    Pieces = 4,
    Deletions = 8,
    All = Library | Pipelines | Pieces | Deletions,
}

/// <summary>Several clients that use a server in every way it can be written to, until they are done or it is gone.</summary>
/// <param name="port">The server's.</param>
/// <param name="ledger">What they were told.</param>
/// <param name="prefix">The start of their names and the seed of their images; its own for each load.</param>
sealed class Load(int port, Ledger ledger, int prefix)
{
    int made;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async Task RunAsync(Work work, int rounds)
    {
        List<Task> clients = [];
        if (work.HasFlag(Work.Library)) clients.Add(UntilGoneAsync(() => LibraryAsync(rounds)));
        if (work.HasFlag(Work.Pipelines)) clients.Add(UntilGoneAsync(() => PipelinesAsync(rounds)));
        if (work.HasFlag(Work.Pieces)) clients.Add(UntilGoneAsync(() => PiecesAsync(rounds)));
        if (work.HasFlag(Work.Deletions)) clients.Add(UntilGoneAsync(() => DeletionsAsync(rounds)));
        await Task.WhenAll(clients);
    }

    /// <summary>Works until the connection is lost, which is what these tests are about, or is refused because the server stops.</summary>
    public static async Task UntilGoneAsync(Func<Task> client)
    {
        try
        {
            await client();
        }
        catch (Exception e) when (e is IOException or SocketException or ConnectionException or RefusedException { Code: ErrorCode.ShuttingDown })
        {
        }
    }

    async Task LibraryAsync(int rounds)
    {
        await using var client = await WirephotoClient.ConnectAsync("127.0.0.1", port, new WirephotoClientOptions { Retries = 0 }, Cancel);
        for (var round = 0; round < rounds && !ledger.ServerStops; round++)
            await Task.WhenAll(Enumerable.Range(0, 4).Select(n => PutAsync(client, $"{prefix}/library/{round}-{n}.jpg", Make())));
    }

    async Task PutAsync(WirephotoClient client, string name, Picture picture)
    {
        ledger.Sending(name, picture);
        try
        {
            using var bytes = new MemoryStream(picture.Bytes);
            var result = await client.PutAsync(bytes, bytes.Length, name, null, Cancel);
            if (result.Image.Sha256?.ToString() != picture.Sha256) ledger.Found(FaultKind.Reply, $"{name}: a receipt for other bytes");
            ledger.Stored(name, picture);
        }
        catch (RefusedException refused)
        {
            ledger.ServerStops |= refused.Code == ErrorCode.ShuttingDown;
            if (refused.Code != ErrorCode.ShuttingDown) ledger.Found(FaultKind.Reply, $"{name}: {refused.Message}");
            ledger.Refused(name, picture);
        }
    }

    async Task PipelinesAsync(int rounds)
    {
        await using var client = await RawClient.ConnectAsync(port);
        for (var round = 0; round < rounds && !ledger.ServerStops; round++)
        {
            var puts = Enumerable.Range(0, 6).Select(n => (Name: $"{prefix}-pipeline-{round}-{n}.jpg", Picture: Make())).ToList();
            foreach (var (name, picture) in puts)
            {
                ledger.Sending(name, picture);
                await client.SendAsync(Conversations.Put(name, picture), picture.Bytes);
            }

            foreach (var (name, picture) in puts) ledger.Book(await client.ReceiveAsync(), name, picture);
        }
    }

    async Task PiecesAsync(int rounds)
    {
        await using var client = await RawClient.ConnectAsync(port);
        for (var round = 0; round < rounds && !ledger.ServerStops; round++)
        {
            var folder = $"{prefix}/pieces/{round}";
            await client.FinishAsync(ledger, New($"{folder}/whole.jpg"));
            await ChangeTokenAsync(client, $"{folder}/token.jpg");
            await RaceAsync(client, $"{folder}/race.jpg");
            await AbortAsync(client, $"{folder}/aborted.jpg");

            var abandoned = New($"{folder}/abandoned.jpg") with { Abandoned = true };
            if (await client.BeginAsync(ledger, abandoned) is not null) await client.AppendAsync(abandoned, 0, 400);
        }
    }

    // A client that lost its token goes on under a new one.
    async Task ChangeTokenAsync(RawClient client, string name)
    {
        var old = New(name);
        if (await client.BeginAsync(ledger, old) is null || !await client.AppendAsync(old, 0, 500)) return;
        var fresh = old with { Token = Token() };
        if (await client.BeginAsync(ledger, fresh) is not { } offset) return;
        ledger.Uploads.TryRemove(old.Token, out _);
        if (await client.AppendAsync(fresh, offset, fresh.Picture.Bytes.Length)) await client.CommitAsync(ledger, fresh);
    }

    // Two uploads of one name: the first commit gets it.
    async Task RaceAsync(RawClient client, string name)
    {
        Unfinished[] both = [New(name), New(name)];
        foreach (var upload in both)
        {
            if (await client.BeginAsync(ledger, upload) is not { } offset || !await client.AppendAsync(upload, offset, upload.Picture.Bytes.Length)) return;
        }

        foreach (var upload in both) await client.CommitAsync(ledger, upload);
    }

    async Task AbortAsync(RawClient client, string name)
    {
        var upload = New(name);
        if (await client.BeginAsync(ledger, upload) is null || !await client.AppendAsync(upload, 0, 300)) return;
        upload.Ending = upload.Abandoned = true;
        if ((await client.AskAsync($$"""{"type":"abort","upload":"{{upload.Token}}"}""")).Ok) ledger.Uploads.TryRemove(upload.Token, out _);
    }

    async Task DeletionsAsync(int rounds)
    {
        await using var client = await RawClient.ConnectAsync(port);
        for (var round = 0; round < rounds && !ledger.ServerStops; round++)
        {
            var (first, second) = ($"{prefix}/deletions/{round}.jpg", $"{prefix}-deleted-{round}.jpg");
            var (one, other) = (Make(2000), Make(2000));
            await client.PutAsync(ledger, first, one);
            await client.PutAsync(ledger, second, other);
            await client.PutAsync(ledger, first, other);
            await client.DeleteAsync(ledger, first, only: one);
            await client.DeleteAsync(ledger, second, only: null);

            // The same name, length and date, but other bytes.
            await client.PutAsync(ledger, first, other);
            await client.PutAsync(ledger, first, one);
        }
    }

    Unfinished New(string name) => new(Token(), name, Make());

    // From a header and a few blocks to some tens of kilobytes.
    Picture Make(int? length = null)
    {
        var seed = prefix * 1000 + Interlocked.Increment(ref made);
        return Picture.Make(length ?? 600 + (int)(seed * 7919L % 30_000), seed);
    }

    static string Token() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
