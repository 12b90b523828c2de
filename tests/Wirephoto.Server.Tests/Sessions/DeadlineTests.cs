using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;
using Wirephoto.Testing;

namespace Wirephoto.Server.Tests.Sessions;

public sealed class DeadlineTests
{
    static readonly ServerLimits Limits = new();
    static readonly byte[] Photo = TestJpeg.OfSize(50_000, seed: 1);

    [Fact]
    public async Task A_connection_that_never_speaks_is_told_and_closed()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await ExpectTimeoutAsync(service, peer, Limits.FirstByte);
    }

    [Fact]
    public void A_deadline_that_passes_while_its_owner_ends_harms_nobody()
    {
        var clock = new ManualClock();
        using var deadline = new Deadline(clock, _ => throw new ObjectDisposedException("the owner's"));
        deadline.Start("a test", TimeSpan.FromSeconds(1));

        clock.Advance(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_connection_that_was_served_may_be_silent_much_longer()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync("""{"type":"say","text":"x"}""");

        await service.Clock.AwaitsAsync(Limits.Idle);
        service.Clock.Advance(Limits.Idle - TimeSpan.FromSeconds(1));
        await peer.DoneAsync("""{"type":"say","text":"still there"}""");
        await ExpectTimeoutAsync(service, peer, Limits.Idle);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    public async Task A_head_that_stops_runs_out_of_time(int bytes)
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync("""{"type":"say","text":"x"}""");
        await peer.SendAsync(RawPeer.Frame("""{"type":"say","text":"x"}""")[..bytes]);

        await ExpectTimeoutAsync(service, peer, Limits.Head);
    }

    [Fact]
    public async Task A_body_that_stops_runs_out_of_time_and_publishes_nothing()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync("""{"type":"say","text":"x"}""");
        await peer.SendAsync(RawPeer.Frame(RawPeer.Put("a.jpg", Photo), Photo)[..^100]);

        await ExpectTimeoutAsync(service, peer, Limits.BodyPause);
        Assert.Equal(0, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    [Fact]
    public async Task A_body_that_trickles_runs_out_of_credit()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync("""{"type":"say","text":"x"}""");
        await peer.SendAsync(RawPeer.Frame(RawPeer.Put("a.jpg", Photo)));
        var sent = 0;
        await service.Clock.AwaitsAsync(Limits.BodyPause);

        // Each byte buys a small part of the second that it takes.
        while (!service.End.IsCompleted && sent < 100)
        {
            await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(Limits.BodyPause) || service.End.IsCompleted);
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            if (!service.End.IsCompleted) await peer.SendAsync(Photo[sent..++sent]);
        }

        Assert.InRange(sent, 20, 40);
        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_replies_is_cut_off()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        var large = TestJpeg.OfSize(2_000_000, seed: 4);
        await peer.DoneAsync(RawPeer.Put("a.jpg", large), large);
        await peer.SendAsync("""{"type":"get","filename":"a.jpg"}""");

        await service.Clock.PassAsync(Limits.SendPause, until: service.End);

        Assert.Equal(ConnectionEnd.NotRead, await service.End);
    }

    static async Task ExpectTimeoutAsync(TestService service, RawPeer peer, TimeSpan deadline)
    {
        await service.Clock.PassAsync(deadline, until: service.End);
        Assert.Equal("timeout", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
    }
}
