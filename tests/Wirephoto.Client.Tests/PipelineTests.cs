using System.Buffers.Binary;
using System.Text;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

public sealed class PipelineTests
{
    readonly byte[] image = Samples.Bytes(600);

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.2.2")]
    public async Task Many_puts_at_once_are_on_their_way_together_and_each_gets_its_own_receipt()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var puts = new List<(Head Put, byte[] Body)>();
            for (var i = 0; i < 20; i++)
            {
                var put = await connection.ExpectAsync("put");
                puts.Add((put, await connection.BodyAsync(put)));
            }

            foreach (var (put, body) in puts) await connection.ReplyAsync(put, Samples.Receipt(put.Text("filename"), body));
        });
        await using var client = await peer.ConnectAsync();

        var images = Enumerable.Range(0, 20).Select(i => Samples.Bytes(900, seed: i)).ToArray();
        var results = await Task.WhenAll(images.Select((bytes, i) => client.PutAsync(new MemoryStream(bytes), bytes.Length, $"{i}.jpg", cancel: Cancel)));

        Assert.Equal(images.Select((bytes, i) => Samples.Info($"{i}.jpg", bytes)), results.Select(result => result.Image));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task No_more_requests_are_on_their_way_than_the_server_allows()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync(PeerConnection.Greeting with { Limits = new AnnouncedLimits { Pipeline = 2 } });
            for (var i = 0; i < 3; i++)
            {
                var first = await connection.ExpectAsync("stat");
                var second = await connection.ExpectAsync("stat");
                Assert.False(connection.HasInput);
                await connection.ReplyAsync(first, new StatReply(Samples.Info("a.jpg", image)));
                await connection.ReplyAsync(second, new StatReply(Samples.Info("a.jpg", image)));
            }
        });
        await using var client = await peer.ConnectAsync();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => client.StatAsync("a.jpg", Cancel)));

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_cancelled_call_is_read_away_and_the_others_go_on()
    {
        using var cancelled = new CancellationTokenSource();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var first = await connection.ExpectAsync("get");
            var second = await connection.ExpectAsync("stat");
            await cancelled.CancelAsync();
            await connection.ReplyAsync(first, Samples.Get("a.jpg", image), image);
            await connection.ReplyAsync(second, new StatReply(Samples.Info("b.jpg", image)));
        });
        await using var client = await peer.ConnectAsync();
        using var stream = new MemoryStream();

        var get = client.GetAsync("a.jpg", stream, cancel: cancelled.Token);
        var stat = client.StatAsync("b.jpg", Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
        Assert.Equal("b.jpg", (await stat).Filename);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_large_get_that_is_cancelled_while_it_arrives_costs_the_connection_but_no_other_call()
    {
        using var cancelled = new CancellationTokenSource();
        var large = Samples.Bytes(6 << 20);
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                var get = await connection.ExpectAsync("get");
                await connection.ExpectAsync("stat");
                await connection.ReplyAsync(get, Samples.Get("a.jpg", large), large[..100_000]);
                await connection.ExpectEndAsync();
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("b.jpg", image)));
            });
        await using var client = await peer.ConnectAsync();
        using var stream = new MemoryStream();

        // Cancelled by what it reports, so that it certainly is in the middle of the body.
        var get = client.GetAsync("a.jpg", stream, new() { Progress = new CancelAtFirst(cancelled) }, cancelled.Token);
        var stat = client.StatAsync("b.jpg", Cancel);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => get);
        Assert.Equal("b.jpg", (await stat).Filename);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_put_that_is_cancelled_while_it_is_written_is_written_to_its_end()
    {
        using var cancelled = new CancellationTokenSource();
        var large = Samples.Bytes(12 << 20);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync(PeerConnection.Greeting with { Limits = new AnnouncedLimits { Put = 16 << 20 } });
            var put = await connection.ExpectAsync("put");
            await cancelled.CancelAsync();
            var body = await connection.BodyAsync(put);
            Assert.Equal(large, body);
            await connection.ReplyAsync(put, Samples.Receipt("a.jpg", body));
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("b.jpg", image)));
        });
        await using var client = await peer.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.PutAsync(new MemoryStream(large), large.Length, "a.jpg", cancel: cancelled.Token));
        Assert.Equal("b.jpg", (await client.StatAsync("b.jpg", Cancel)).Filename);

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_refusal_is_read_while_the_body_is_still_being_sent()
    {
        var large = Samples.Bytes(12 << 20);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync(PeerConnection.Greeting with { Limits = new AnnouncedLimits { Put = 16 << 20 } });
            var put = await connection.ExpectAsync("put");
            await connection.RefuseAsync(put, ErrorCode.StorageFull);
            await connection.BodyAsync(put);
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("b.jpg", image)));
        });
        await using var client = await peer.ConnectAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => client.PutAsync(new MemoryStream(large), large.Length, "a.jpg", cancel: Cancel));
        await client.StatAsync("b.jpg", Cancel);

        Assert.Equal(ErrorCode.StorageFull, refusal.Code);
        await peer.DoneAsync();
    }

    public static TheoryData<string> Lies =>
    [
        "garbage", "http", "no json", "no status", "odd status", "short head", "wrong id", "no id", "missing member", "wrong type",
        "unknown status", "huge unasked body", "list too large", "two replies",
    ];

    [Theory(Timeout = Patience)]
    [MemberData(nameof(Lies))]
    [Trait("Requirement", "R0-2.2.2.3")]
    public async Task What_does_not_follow_the_protocol_is_a_bad_reply_and_is_not_asked_again(string lie)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await LieAsync(connection, lie);
            await connection.ExpectEndAsync();
        });
        await using var client = await peer.ConnectAsync();

        if (lie is "two replies" or "huge unasked body")
        {
            // The answer was good; it is what follows that can't be followed.
            await client.StatAsync("a.jpg", Cancel);
        }
        else
        {
            var failure = await Assert.ThrowsAsync<ConnectionException>(() => lie == "list too large"
                ? client.StatusAsync(Cancel)
                : client.StatAsync("a.jpg", Cancel));
            Assert.Equal(ErrorCode.BadReply, failure.Code);
        }

        await peer.DoneAsync();
    }

    async Task LieAsync(PeerConnection connection, string lie)
    {
        var request = await connection.ExpectAsync(lie == "list too large" ? "status" : "stat");
        var id = request.Number("id");
        var good = new StatReply(Samples.Info("a.jpg", image));
        var facts = $$"""
            "filename":"a.jpg","length":1,"sha256":"{{good.Image.Sha256}}"
            """;
        switch (lie)
        {
            case "garbage": await connection.RawAsync([0, 20, .. Samples.Bytes(20)]); break;
            case "http": await connection.RawAsync("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"u8.ToArray().Concat(new byte[20_000]).ToArray()); break;
            case "no json": await HeadAsync("[1,2]"); break;
            case "no status": await HeadAsync($$"""{"id":{{id}},{{facts}}}"""); break;
            case "odd status": await HeadAsync($$"""{"status":1,"id":{{id}},{{facts}}}"""); break;
            case "short head": await connection.RawAsync([0, 1, (byte)'{']); break;
            case "wrong id": await HeadAsync($$"""{"status":"ok","id":{{id + 1}},{{facts}}}"""); break;
            case "no id": await HeadAsync($$"""{"status":"ok",{{facts}}}"""); break;
            case "missing member": await HeadAsync($$"""{"status":"ok","id":{{id}}}"""); break;
            case "wrong type": await HeadAsync($$"""{"status":"ok","id":{{id}},"filename":"a.jpg","length":"long"}"""); break;
            case "unknown status": await HeadAsync($$"""{"status":"perhaps","id":{{id}},{{facts}}}"""); break;
            case "huge unasked body": await HeadAsync($$"""{"status":"ok","id":{{id}},{{facts}},"size":9007199254740991}"""); break;
            case "list too large": await connection.ReplyAsync(request, new StatusReply((16 << 20) + 1, "x", default, default, 0, 0, 0, 0, 0)); break;
            case "two replies":
                await connection.ReplyAsync(request, good);
                await connection.ReplyAsync(request, good);
                break;
        }

        async Task HeadAsync(string json)
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            var length = new byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)bytes.Length);
            await connection.RawAsync([.. length, .. bytes]);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task A_small_body_that_nobody_asked_for_is_passed_over()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var stat = await connection.ExpectAsync("stat");
            await connection.ReplyAsync(stat, new GetReply(Samples.Info("a.jpg", image), 0, image.Length), image);
            await connection.ReplyAsync(await connection.ExpectAsync("say"), new SayReply("hi ACK"));
        });
        await using var client = await peer.ConnectAsync();

        Assert.Equal("a.jpg", (await client.StatAsync("a.jpg", Cancel)).Filename);
        Assert.Equal("hi ACK", await client.SayAsync("hi", Cancel));
        await peer.DoneAsync();
    }

    sealed class CancelAtFirst(CancellationTokenSource source) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => source.Cancel();
    }
}
