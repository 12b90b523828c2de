using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
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

    [Fact]
    public async Task Each_connection_has_places_of_its_own_for_replies_that_wait_and_all_share_the_others()
    {
        SessionContext? context = null;
        await using var service = new TestService(new ServerOptions { Port = 5000, Folder = ".", Limits = new ServerLimits { RepliesPerConnection = 4, Replies = 10 } })
        {
            Open = (duplex, its) => new NativeSession(duplex, context = its),
        };
        await using var peer = service.Connect();
        await using var greedy = new Waiting(context!);
        await using var modest = new Waiting(context!);

        var denied = greedy.AddUntilDenied(() => new TaskCompletionSource<Answer>().Task);
        var few = modest.AddUntilDenied(() => new TaskCompletionSource<Answer>().Task);
        Assert.Equal((14, 4), (greedy.Count, modest.Count));

        // Its own next reply lets one in, although the shared places stay taken.
        modest.Answer();
        await few;
        Assert.False(denied.IsCompleted);
        greedy.Answer();
        await denied;
    }

    [Theory]
    [InlineData(1000, 500)]
    [InlineData(8000, 9)]
    public async Task Of_long_texts_that_nobody_takes_only_a_few_are_in_memory(int length, int expected)
    {
        SessionContext? context = null;
        await using var service = new TestService { Open = (duplex, its) => new NativeSession(duplex, context = its) };
        await using var peer = service.Connect();
        await using var waiting = new Waiting(context!);
        var text = new string('x', length);

        _ = waiting.AddUntilDenied(() => Task.FromResult(new Answer(new SayReply(text), text)));

        Assert.Equal(expected, waiting.Count);
    }

    // Replies of one connection that wait behind that to a commit, which goes on until it is answered.
    sealed class Waiting : IAsyncDisposable
    {
        const int Most = 500;

        readonly CancellationTokenSource ended = new();
        readonly TaskCompletionSource<Answer> commit = new();
        readonly (Duplex Server, Duplex Client) wire = MemoryDuplex.Create();
        readonly ReplyQueue replies;

        public Waiting(SessionContext context)
        {
            replies = new ReplyQueue(wire.Server, context, () => { });
            _ = replies.RunAsync();
            _ = AddUntilDenied(() => commit.Task, most: 1);
        }

        public int Count { get; private set; }

        /// <summary>Adds answers until one has to wait; returns its wait.</summary>
        public Task AddUntilDenied(Func<Task<Answer>> answer, int most = Most)
        {
            while (Count < most)
            {
                var adding = replies.AddAsync(new RequestLine("say", "", null), answer(), ended.Token).AsTask();
                if (!adding.IsCompleted) return adding;
                Count++;
            }

            return Task.CompletedTask;
        }

        public void Answer() => commit.SetResult(new Answer(new SayReply("stored"), "stored"));

        public async ValueTask DisposeAsync()
        {
            await ended.CancelAsync();
            wire.Server.Abort();
            await wire.Server.DisposeAsync();
            await wire.Client.DisposeAsync();
            ended.Dispose();
        }
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
