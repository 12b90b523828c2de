using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Client.Tests;

public sealed class QueryTests
{
    static readonly ListEntry Folder = new(null, "shoot");
    static readonly ListEntry First = new(Samples.Info("a.jpg", [1]), null);
    static readonly ListEntry Second = new(Samples.Info("x/../../etc/b.jpg", [2]), null);

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.3.3")]
    [Trait("Requirement", "R1-4.LIST.1")]
    public async Task A_listing_is_asked_for_page_by_page_and_a_lost_page_again()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                var list = await connection.ExpectAsync("list");
                Assert.Equal(("x", true), (list.Text("folder"), list.OptionalFlag("recursive")));
                Assert.False(list.Has("after"));
                await PageAsync(connection, list, "cursor", [First, Folder]);
                await connection.ExpectAsync("list");
            },
            async connection =>
            {
                await connection.GreetAsync();
                var list = await connection.ExpectAsync("list");
                Assert.Equal("cursor", list.Text("after"));
                await PageAsync(connection, list, null, [Second]);
            });
        await using var client = await peer.ConnectAsync();

        Assert.Equal([First, Folder, Second], await client.ListAsync("x", recursive: true, Cancel).ToListAsync(Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task The_next_page_is_asked_for_when_the_reply_to_this_one_begins()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var list = await connection.ExpectAsync("list");
            var body = Lines([First, Folder], (entry, line) => entry.Write(line));
            await connection.ReplyAsync(list, new ListReply(body.Length, 2, "cursor"));
            var next = await connection.ExpectAsync("list");
            Assert.Equal("cursor", next.Text("after"));
            await connection.RawAsync(body);
            await PageAsync(connection, next, null, [Second]);
        });
        await using var client = await peer.ConnectAsync();

        Assert.Equal([2, 1], await client.ListPagesAsync(cancel: Cancel).Select(page => page.Count).ToListAsync(Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Pages_are_as_long_as_the_server_lets_them_be()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync(PeerConnection.Greeting with { Limits = new AnnouncedLimits { List = 5000 } });
            var list = await connection.ExpectAsync("list");
            Assert.Equal(5000, list.Number("limit"));
            await PageAsync(connection, list, "cursor", [First]);
            list = await connection.ExpectAsync("list");
            Assert.Equal(("cursor", 5000), (list.Text("after"), list.Number("limit")));
            await PageAsync(connection, list, null, [Second]);
        });
        await using var client = await peer.ConnectAsync();

        Assert.Equal([First, Second], await client.ListAsync(cancel: Cancel).ToListAsync(Cancel));
    }

    [Fact(Timeout = Patience)]
    public async Task Once_a_long_page_was_lost_on_its_way_the_listing_goes_on_in_short_ones()
    {
        var greeting = PeerConnection.Greeting with { Limits = new AnnouncedLimits { List = 5000 } };
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync(greeting);
                Assert.Equal(5000, (await connection.ExpectAsync("list")).Number("limit"));
            },
            async connection =>
            {
                await connection.GreetAsync(greeting);
                foreach (var (next, entry) in new (string?, ListEntry)[] { ("a.jpg", First), ("shoot/", Folder), (null, Second) })
                {
                    var list = await connection.ExpectAsync("list");
                    Assert.False(list.Has("limit"));
                    await PageAsync(connection, list, next, [entry]);
                }
            });
        await using var client = await peer.ConnectAsync();

        Assert.Equal([First, Folder, Second], await client.ListAsync(cancel: Cancel).ToListAsync(Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_page_that_ends_elsewhere_when_it_is_asked_for_again_is_followed_by_the_page_behind_that_end()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                var body = Lines([First, Folder], (entry, line) => entry.Write(line));
                await connection.ReplyAsync(await connection.ExpectAsync("list"), new ListReply(body.Length, 2, "far"));
                Assert.Equal("far", (await connection.ExpectAsync("list")).Text("after"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                while (await connection.NextAsync() is var list)
                {
                    // Both calls come again, in any order, and the page behind the new end.
                    var after = list.OptionalText("after");
                    await PageAsync(connection, list, after is null ? "near" : null, after switch { null => [First], "near" => [Folder, Second], _ => [Second] });
                    if (after == "near") return;
                }
            });
        await using var client = await peer.ConnectAsync();

        Assert.Equal([First, Folder, Second], await client.ListAsync(cancel: Cancel).ToListAsync(Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task An_empty_folder_has_no_entries()
    {
        await using var peer = Pages((null, []));
        await using var client = await peer.ConnectAsync();

        Assert.Empty(await client.ListAsync(cancel: Cancel).ToListAsync(Cancel));
    }

    [Fact(Timeout = Patience)]
    public async Task A_listing_that_does_not_get_on_is_a_bad_reply()
    {
        await using var standing = Pages(("x", [First]), ("x", [First]));
        await using var empty = Pages(("x", []));
        await using var circling = Pages(("x", [First]), ("y", [Folder]), ("x", [First]));
        await using var returning = Pages(("x", [First, Folder]), (null, [Second, Folder]));
        await using var mixed = Pages((null, [Folder, First]));
        await using var twice = Pages((null, [First, First]));
        foreach (var peer in new[] { standing, empty, circling, returning, mixed, twice })
        {
            await using var client = await peer.ConnectAsync();
            var failure = await Assert.ThrowsAsync<ConnectionException>(async () => await client.ListAsync(cancel: Cancel).ToListAsync(Cancel));
            Assert.Equal(ErrorCode.BadReply, failure.Code);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_page_with_another_count_than_it_says_is_a_bad_reply()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var body = Lines([First], (entry, line) => entry.Write(line));
            await connection.ReplyAsync(await connection.ExpectAsync("list"), new ListReply(body.Length, 2, null), body);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<ConnectionException>(async () => await client.ListAsync(cancel: Cancel).ToListAsync(Cancel));
        Assert.Equal(ErrorCode.BadReply, failure.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task Any_number_of_digests_is_asked_for_in_requests_of_256()
    {
        var digests = Enumerable.Range(0, 600).Select(i => Samples.Sha256(Samples.Bytes(1, seed: i))).ToArray();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            foreach (var count in new[] { 256, 256, 88 })
            {
                var have = await connection.ExpectAsync("have");
                var asked = have.Digests("sha256", 256);
                Assert.Equal(count, asked.Count);
                await HaveAsync(connection, have, asked);
            }

            await HaveAsync(connection, await connection.ExpectAsync("have"), digests[1..2]);
        });
        await using var client = await peer.ConnectAsync();

        var entries = await client.HaveAsync(digests, Cancel);

        Assert.Equal(digests, entries.Select(entry => entry.Sha256));
        Assert.Empty(await client.HaveAsync([], Cancel));
        var lie = await Assert.ThrowsAsync<ConnectionException>(() => client.HaveAsync(digests[..1], Cancel));
        Assert.Equal(ErrorCode.BadReply, lie.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task Status_has_the_servers_numbers_and_its_sessions()
    {
        SessionEntry[] sessions = [new("Client01", "127.0.0.1:5", Samples.Date, Samples.Date), new("Client02", "127.0.0.1:6", Samples.Date, null)];
        var body = Lines(sessions, (entry, line) => entry.Write(line));
        var reply = new StatusReply(body.Length, "peer/1", Samples.Date, Samples.Date, 1, 2, 3, 4, 5);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("status"), reply, body);
        });
        await using var client = await peer.ConnectAsync();

        var status = await client.StatusAsync(Cancel);

        Assert.Equal(reply, status.Server);
        Assert.Equal(sessions, status.Sessions);
    }

    [Fact(Timeout = Patience)]
    public async Task Hello_says_who_connects_and_what_comes_back_can_be_read()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            var hello = await connection.ExpectAsync("hello");
            Assert.Equal((1, "test/2", "secret"), (hello.Number("protocol"), hello.Text("client"), hello.Text("token")));
            await connection.ReplyAsync(hello, PeerConnection.Greeting);
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { ClientName = "test/2", Token = "secret" });

        Assert.Equal(("Client01", 1024), (client.Server.Name, client.Server.Limits.Put));
        Assert.Equal(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, peer.Port), client.ServerEndPoint);
    }

    [Theory(Timeout = Patience)]
    [InlineData(2, 1, 1)]
    [InlineData(1, 0, 1)]
    [InlineData(1, 1, 0)]
    public async Task A_greeting_that_can_not_be_is_a_bad_reply(int protocol, int pipeline, int piece)
    {
        var limits = new AnnouncedLimits { Pipeline = pipeline, Piece = piece };
        await using var peer = new ScriptedPeer(connection => connection.GreetAsync(PeerConnection.Greeting with { Protocol = protocol, Limits = limits }));

        Assert.Equal(ErrorCode.BadReply, (await Assert.ThrowsAsync<ConnectionException>(() => peer.ConnectAsync())).Code);
    }

    [Fact(Timeout = Patience)]
    public async Task After_dispose_nothing_is_sent_and_a_waiting_call_fails()
    {
        var asked = new TaskCompletionSource();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ExpectAsync("stat");
            asked.SetResult();
            await connection.ExpectEndAsync();
        });
        var client = await peer.ConnectAsync();
        var stat = client.StatAsync("a.jpg", Cancel);
        await asked.Task;

        await client.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => stat);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.StatAsync("a.jpg", Cancel));
        await client.DisposeAsync();
        await peer.DoneAsync();
    }

    static ScriptedPeer Pages(params (string? Next, ListEntry[] Entries)[] pages) => new(async connection =>
    {
        await connection.GreetAsync();
        foreach (var (next, entries) in pages) await PageAsync(connection, await connection.ExpectAsync("list"), next, entries);
    });

    static Task PageAsync(PeerConnection connection, Head list, string? next, ListEntry[] entries)
    {
        var body = Lines(entries, (entry, line) => entry.Write(line));
        return connection.ReplyAsync(list, new ListReply(body.Length, entries.Length, next), body);
    }

    static Task HaveAsync(PeerConnection connection, Head have, IEnumerable<Digest> digests)
    {
        var body = Lines(digests.Select(digest => new HaveEntry(digest, ["a.jpg"])), (entry, line) => entry.Write(line));
        return connection.ReplyAsync(have, new HaveReply(body.Length), body);
    }

    static byte[] Lines<T>(IEnumerable<T> entries, Action<T, HeadWriter> write)
    {
        using var lines = new LinesWriter();
        foreach (var entry in entries) lines.Add(line => write(entry, line));
        return lines.ToBody();
    }
}
