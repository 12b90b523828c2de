using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Sessions;

/// <summary>Clients that ask for much and take nothing.</summary>
public sealed class UnreadReplyTests
{
    [Fact]
    public async Task Of_listings_that_nobody_takes_only_two_are_in_memory()
    {
        var store = new ManyImages(1000, new string('x', 100));
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();

        await peer.SendAsync([.. Enumerable.Repeat(RawPeer.Frame("""{"type":"list","recursive":true}"""), 60).SelectMany(frame => frame)]);
        await Eventually.TrueAsync(() => store.Lists > 0);

        // What waits is only asked of the store when there is room: each reply that is taken lets one more be made.
        for (var taken = 1; taken <= 60; taken++)
        {
            Assert.Equal(1000, (await peer.ReceiveAsync())!.Value.Head.Number("count"));
            Assert.InRange(store.Lists, taken, taken + 2);
        }
    }

    [Fact]
    public async Task Of_images_that_nobody_takes_only_a_few_are_open()
    {
        var store = new ManyImages(1);
        await using var service = new TestService(store: store);
        await using var peer = service.Connect();

        await peer.SendAsync([.. Enumerable.Repeat(RawPeer.Frame("""{"type":"get","filename":"large.jpg"}"""), 60).SelectMany(frame => frame)]);
        for (var taken = 1; taken <= 60; taken++)
        {
            Assert.Equal(ManyImages.LargeBytes, (await peer.ReceiveAsync())!.Value.Body.Length);
            Assert.InRange(store.Opened, taken, taken + 10);
        }

        await Eventually.TrueAsync(() => store.Closed == 60);
    }

    [Fact]
    public async Task An_answer_that_found_no_room_before_its_connection_ended_gives_back_what_it_holds()
    {
        SessionContext? context = null;
        await using var service = new TestService(new ServerOptions { Port = 5000, Folder = ".", Announced = new AnnouncedLimits { Pipeline = 1 } })
        {
            Open = (duplex, its) => new NativeSession(duplex, context = its),
        };
        await using var peer = service.Connect();
        var (wire, _) = MemoryDuplex.Create();
        await using var mine = wire;
        using var replies = new ReplyQueue(mine, context!, () => { });
        using var ended = new CancellationTokenSource();
        await replies.AddAsync(new RequestLine("commit", "", null), new TaskCompletionSource<Answer>().Task, ended.Token);

        var body = new HeldBody();
        var adding = replies.AddAsync(new RequestLine("get", "", null), Task.FromResult(new Answer(new SayReply("all"), "", body)), ended.Token).AsTask();
        Assert.False(body.Returned);
        await ended.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => adding);
        Assert.True(body.Returned);
    }

    sealed class HeldBody : ReplyBody
    {
        public bool Returned { get; private set; }

        public override bool IsLarge => false;

        public override ValueTask WriteAsync(FrameWriter writer, Deadline deadline, CancellationToken cancel) => throw new InvalidOperationException("nobody sends it");

        public override ValueTask DisposeAsync()
        {
            Returned = true;
            return ValueTask.CompletedTask;
        }
    }
}
