using Wirephoto.Client.Connections;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

public sealed class RetryTests
{
    readonly byte[] image = Samples.Bytes(600);

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.2.3")]
    [Trait("Requirement", "R0-3.1")]
    public async Task A_server_that_stays_away_is_tried_again_so_often_and_no_more()
    {
        var clock = new ManualClock { Skip = TimeSpan.FromSeconds(1) };
        await using var peer = new ScriptedPeer(connection => connection.GreetAsync());
        await using var client = await peer.ConnectAsync(Options(clock) with { Retries = 4 });
        await peer.DoneAsync();

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => client.StatAsync("a.jpg", Cancel));

        Assert.Equal(ErrorCode.NoConnection, failure.Code);
        Assert.Equal(4, clock.Waits.Count);
        Assert.All(clock.Waits.Index(), wait => Assert.InRange(wait.Item, TimeSpan.Zero, TimeSpan.FromMilliseconds(100 << wait.Index)));
    }

    [Fact(Timeout = Patience)]
    public async Task Waits_grow_are_spread_over_their_whole_range_and_have_a_limit()
    {
        var clock = new ManualClock { Skip = TimeSpan.FromSeconds(1) };
        var firsts = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            var before = clock.Waits.Count;
            var attempts = new Attempts(Options(clock), new Advances());
            for (var k = 0; k < 40; k++) await attempts.BackOffAsync(Cancel);
            firsts.Add(clock.Waits[before]);
            Assert.All(clock.Waits.Skip(before + 4), wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        }

        Assert.All(firsts, wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromMilliseconds(100)));
        Assert.Contains(firsts, wait => wait < TimeSpan.FromMilliseconds(50));
        Assert.Contains(firsts, wait => wait > TimeSpan.FromMilliseconds(50));
    }

    [Fact(Timeout = Patience)]
    public async Task By_default_a_client_waits_about_a_minute_for_a_server_that_it_knows()
    {
        const int Rounds = 200;
        var clock = new ManualClock { Skip = TimeSpan.FromSeconds(30) };
        for (var i = 0; i < Rounds; i++)
        {
            var attempts = new Attempts(new WirephotoClientOptions { Clock = clock }, new Advances());
            while (attempts.Left) await attempts.BackOffAsync(Cancel);
        }

        Assert.InRange(clock.Waits.Sum(wait => wait.TotalSeconds) / Rounds, 40, 70);
        Assert.True(clock.Waits.Max() <= TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = Patience)]
    public async Task Progress_gives_the_retries_back()
    {
        var clock = new ManualClock { Skip = TimeSpan.FromSeconds(1) };
        Func<PeerConnection, Task> OneByte(int offset) => async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image, offset), image[offset..(offset + 1)]);
        };
        await using var peer = new ScriptedPeer(
        [
            .. Enumerable.Range(0, 6).Select(OneByte),
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image, 6), image[6..]);
            },
        ]);
        await using var client = await peer.ConnectAsync(Options(clock) with { Retries = 1 });
        using var stream = new MemoryStream();

        await client.GetAsync("a.jpg", stream, cancel: Cancel);

        Assert.Equal(image, stream.ToArray());
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(null)]
    [InlineData(ErrorCode.NotAnImage)]
    public async Task Many_puts_survive_a_connection_that_is_lost_after_each_reply(ErrorCode? refusal)
    {
        const int Puts = 12;
        using var ended = new SemaphoreSlim(0);
        await using var peer = new ScriptedPeer([.. Enumerable.Range(0, Puts).Select<int, Func<PeerConnection, Task>>(before => async connection =>
        {
            await connection.GreetAsync();

            // Every put has asked or sent again, so has counted its loss, before one of them gets on.
            var due = new Queue<Head>();
            while (due.Count < Puts - before) due.Enqueue(await NextAsync(connection));
            for (var answered = false; !answered;)
            {
                var request = due.Count > 0 ? due.Dequeue() : await NextAsync(connection);
                answered = request.Text("type") == "put";
                if (!answered) await connection.RefuseAsync(request, ErrorCode.NotFound);
                else if (refusal is null) await connection.ReplyAsync(request, Samples.Receipt(request.Text("filename"), image));
                else await connection.RefuseAsync(request, refusal.Value);
            }

            await ended.WaitAsync(Cancel);
        })]);
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 1 });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, Puts).Select(n => PutAsync($"{n}.jpg")));

        Assert.All(outcomes, outcome => Assert.Equal(refusal, outcome));
        await peer.DoneAsync();

        async Task<Head> NextAsync(PeerConnection connection)
        {
            var request = await connection.NextAsync();
            if (request.Text("type") == "put") await connection.BodyAsync(request);
            return request;
        }

        async Task<ErrorCode?> PutAsync(string name)
        {
            try
            {
                await client.PutAsync(new MemoryStream(image), image.Length, name, cancel: Cancel);
                return null;
            }
            catch (WirephotoException e)
            {
                return e.Code;
            }
            finally
            {
                ended.Release();
            }
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Only_a_put_that_was_sent_before_the_connection_was_lost_is_asked_for()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync(PeerConnection.Greeting with { Limits = PeerConnection.Greeting.Limits with { Pipeline = 1 } });
                await connection.BodyAsync(await connection.ExpectAsync("put"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                for (var stored = 0; stored < 2; stored++)
                {
                    var request = await connection.NextAsync();
                    if (request.Text("type") == "put") await connection.BodyAsync(request);
                    await connection.ReplyAsync(request, Samples.Receipt(request.Text("filename"), image));
                }
            });
        await using var client = await peer.ConnectAsync();

        var puts = new[] { "a.jpg", "b.jpg" }.Select(name => client.PutAsync(new MemoryStream(image), image.Length, name, cancel: Cancel));

        Assert.Single(await Task.WhenAll(puts), put => put.AlreadyStored);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(5)]
    public async Task Without_any_answer_puts_fail_when_their_retries_are_used_up(int many)
    {
        const int Retries = 2;
        await using var peer = new ScriptedPeer([.. Enumerable.Repeat<Func<PeerConnection, Task>>(
            async connection =>
            {
                await connection.GreetAsync();
                for (var i = 0; i < many; i++)
                {
                    var request = await connection.NextAsync();
                    if (request.Text("type") == "put") await connection.BodyAsync(request);
                }
            },
            1 + Retries)]);
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = Retries });

        foreach (var put in Enumerable.Range(0, many).Select(n => client.PutAsync(new MemoryStream(image), image.Length, $"{n}.jpg", cancel: Cancel)).ToList())
            Assert.Equal(ErrorCode.InDoubt, (await Assert.ThrowsAsync<ConnectionException>(() => put)).Code);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(ErrorCode.ServerFull)]
    [InlineData(ErrorCode.ShuttingDown)]
    [InlineData(ErrorCode.Timeout)]
    public async Task A_server_that_is_busy_or_going_is_asked_again(ErrorCode code)
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.RefuseAsync(await connection.ExpectAsync("stat"), code);
            },
            connection => connection.FarewellAsync(code),
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            });
        await using var client = await peer.ConnectAsync();

        Assert.Equal("a.jpg", (await client.StatAsync("a.jpg", Cancel)).Filename);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(ErrorCode.StorageFull)]
    [InlineData(ErrorCode.StorageFailed)]
    [InlineData(ErrorCode.TooManyUploads)]
    [InlineData(ErrorCode.Internal)]
    public async Task Other_refusals_are_told_at_once(ErrorCode code)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.RefuseAsync(await connection.ExpectAsync("stat"), code);
        });
        await using var client = await peer.ConnectAsync();

        Assert.Equal(code, (await Assert.ThrowsAsync<RefusedException>(() => client.StatAsync("a.jpg", Cancel))).Code);
    }

    [Theory(Timeout = Patience)]
    [InlineData(ErrorCode.ServerFull)]
    [InlineData(ErrorCode.Protected)]
    [InlineData(ErrorCode.BadToken)]
    [InlineData(ErrorCode.UnsupportedProtocol)]
    public async Task A_refused_first_connection_is_told_with_the_servers_words(ErrorCode code)
    {
        await using var peer = new ScriptedPeer(connection => connection.FarewellAsync(code));

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => peer.ConnectAsync());

        Assert.Equal((code, $"farewell: {code.Word()}"), (refusal.Code, refusal.Message));
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.2.3")]
    public async Task No_server_at_all_is_no_connection_at_once()
    {
        var peer = new ScriptedPeer();
        await peer.DoneAsync();
        var clock = new ManualClock { Skip = TimeSpan.FromSeconds(1) };

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => peer.ConnectAsync(Options(clock)));

        Assert.Equal(ErrorCode.NoConnection, failure.Code);
        Assert.Empty(clock.Waits);
        await peer.DisposeAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_delete_or_a_text_whose_reply_is_lost_stays_in_doubt_and_is_not_repeated()
    {
        Func<PeerConnection, Task> Lose(string type) => async connection =>
        {
            await connection.GreetAsync();
            await connection.ExpectAsync(type);
        };
        await using var peer = new ScriptedPeer(Lose("delete"), Lose("say"), connection => connection.GreetAsync());
        await using var client = await peer.ConnectAsync();

        var delete = await Assert.ThrowsAsync<ConnectionException>(() => client.DeleteAsync("a.jpg", cancel: Cancel));
        var say = await Assert.ThrowsAsync<ConnectionException>(() => client.SayAsync("hi", Cancel));

        Assert.Equal((ErrorCode.InDoubt, ErrorCode.InDoubt), (delete.Code, say.Code));
    }

    [Fact(Timeout = Patience)]
    public async Task A_delete_of_a_certain_image_is_repeated_and_its_absence_then_is_success()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                var delete = await connection.ExpectAsync("delete");
                Assert.Equal(Samples.Sha256(image), delete.Digest("sha256"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.RefuseAsync(await connection.ExpectAsync("delete"), ErrorCode.NotFound);
                await connection.RefuseAsync(await connection.ExpectAsync("delete"), ErrorCode.NotFound);
            });
        await using var client = await peer.ConnectAsync();

        await client.DeleteAsync("a.jpg", Samples.Sha256(image), Cancel);
        var absent = await Assert.ThrowsAsync<RefusedException>(() => client.DeleteAsync("a.jpg", Samples.Sha256(image), Cancel));

        Assert.Equal(ErrorCode.NotFound, absent.Code);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_request_that_was_never_sent_is_not_in_doubt()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.FarewellAsync(ErrorCode.Timeout);
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("delete"), DoneReply.Instance);
            });
        await using var client = await peer.ConnectAsync();
        while (client.Alive) await Task.Yield();

        await client.DeleteAsync("a.jpg", cancel: Cancel);

        await peer.DoneAsync();
    }

    [Theory]
    [InlineData(ErrorCode.InDoubt, true)]
    [InlineData(ErrorCode.Timeout, true)]
    [InlineData(ErrorCode.NoConnection, false)]
    [InlineData(ErrorCode.BadReply, false)]
    public void A_request_may_be_done_when_it_was_sent_and_has_no_reply(ErrorCode code, bool maybe) =>
        Assert.Equal(maybe, Attempts.MayBeDone(new ConnectionException(code, "")));

    [Fact(Timeout = Patience)]
    public async Task A_silent_server_is_left_after_the_reply_timeout()
    {
        var clock = new ManualClock();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ExpectAsync("stat");
            await connection.ExpectEndAsync();
        });
        await using var client = await peer.ConnectAsync(Options(clock) with { Retries = 0, ReplyTimeout = TimeSpan.FromSeconds(30) });

        // Nothing is due, so nothing is too late.
        clock.Advance(TimeSpan.FromHours(1));
        Assert.True(client.Alive);
        var stat = client.StatAsync("a.jpg", Cancel);
        while (!stat.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        Assert.Equal(ErrorCode.Timeout, (await Assert.ThrowsAsync<ConnectionException>(() => stat)).Code);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_never_greets_is_no_connection_after_the_connect_timeout()
    {
        var clock = new ManualClock();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.ExpectAsync("hello");
            await connection.ExpectEndAsync();
        });

        var connecting = peer.ConnectAsync(Options(clock) with { ReplyTimeout = TimeSpan.FromDays(1) });
        while (!connecting.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.Equal(ErrorCode.NoConnection, (await Assert.ThrowsAsync<ConnectionException>(() => connecting)).Code);
    }

    static WirephotoClientOptions Options(ManualClock clock) =>
        new() { Clock = clock, BackoffBase = TimeSpan.FromMilliseconds(100), BackoffMost = TimeSpan.FromSeconds(1) };
}
