using Wirephoto.Server.Net;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D1;

public sealed class D1SplitTests
{
    static readonly byte[] Drawing = TestPng.Make(2, 2, seed: 2);
    static readonly byte[] Put = D1Message.Put("cat.png", Drawing);

    [Fact]
    [Trait("Requirement", "R1-3.7")]
    [Trait("Requirement", "R1-5.2")]
    public async Task A_put_in_any_two_segments_is_the_same_put()
    {
        for (var split = 0; split <= Put.Length; split++)
        {
            await using var service = D1Peer.Service();
            await using var peer = D1Peer.Connect(service);
            await peer.SendAsync(Put.AsMemory(0, split));
            await Task.Yield();
            await peer.SendAsync(Put.AsMemory(split));

            Assert.Equal("OK", (await peer.ReceiveAsync())!.Status);
            Assert.Equal(Drawing, (await peer.AskAsync(D1Message.Get("cat.png"))).Data);
        }
    }

    [Fact]
    [Trait("Requirement", "R1-5.2")]
    public async Task Requests_in_single_bytes_are_the_same_requests()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        byte[] requests = [.. Put, .. D1Message.Get("cat.png"), .. D1Message.List];
        foreach (var single in requests) await peer.SendAsync((byte[])[single]);

        Assert.Equal("OK", (await peer.ReceiveAsync())!.Status);
        Assert.Equal(Drawing, (await peer.ReceiveAsync())!.Data);
        Assert.Equal("cat.png", (await peer.ReceiveAsync())!.Details);
    }

    [Fact]
    [Trait("Requirement", "R1-5.2")]
    public async Task A_connection_that_ends_at_any_byte_publishes_nothing()
    {
        // After a first request: the first bytes of a connection alone are looked at by another rule.
        await using var service = D1Peer.Service();
        for (var cut = 0; cut < Put.Length; cut++)
        {
            await using var peer = D1Peer.Connect(service);
            await peer.RefusedAsync("There are no images on the server", D1Message.List);
            await peer.SendAsync(Put.AsMemory(0, cut));
            peer.Hang();

            Assert.Null(await peer.ReceiveFrameAsync());
            Assert.Equal(cut == 0 ? ConnectionEnd.ClosedByClient : ConnectionEnd.Interrupted, await service.End);
        }

        Assert.Equal(0, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
        Assert.DoesNotContain(service.Log.All, line => line.Contains("fault", StringComparison.Ordinal));
        await service.Log.ShowsAsync(line => line.Contains("PUT cat.png failure in_doubt", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, "a head")]
    [InlineData(40, "a head")]
    [InlineData(150, "a body")]
    public async Task A_request_that_stops_runs_out_of_time_and_is_told(int bytes, string part)
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        await peer.RefusedAsync("There are no images on the server", D1Message.List);
        await peer.SendAsync(D1Message.Put("cat.png", TestPng.OfSize(1000, seed: 1)).AsMemory(0, bytes));
        var limit = part == "a body" ? service.Options.Limits.BodyPause : service.Options.Limits.Head;

        await service.Clock.PassAsync(limit, until: service.End);

        var reply = (await peer.ReceiveAsync())!;
        Assert.Equal("ERROR", reply.Status);
        Assert.StartsWith("waited too long for ", reply.Details, StringComparison.Ordinal);
        Assert.EndsWith(part, reply.Details, StringComparison.Ordinal);
        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
        Assert.Equal(0, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    [Fact]
    public async Task A_server_that_stops_tells_a_client_that_waits()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        await peer.DoneAsync(Put);

        service.Drain();

        Assert.Equal(new D1Message(null, null, "the server is stopping", "ERROR", null), await peer.ReceiveAsync());
        Assert.Equal(ConnectionEnd.Drained, await service.End);
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_reply_is_cut_off()
    {
        await using var service = D1Peer.Service();
        await using var peer = D1Peer.Connect(service);
        await peer.DoneAsync(D1Message.Put("large.png", TestPng.OfSize(2_000_000, seed: 4)));
        await peer.SendAsync(D1Message.Get("large.png"));

        await service.Clock.PassAsync(service.Options.Limits.SendPause, until: service.End);

        Assert.Equal(ConnectionEnd.NotRead, await service.End);
    }
}
