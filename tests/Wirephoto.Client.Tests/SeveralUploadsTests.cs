using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Testing;

namespace Wirephoto.Client.Tests;

public sealed class SeveralUploadsTests
{
    const int Length = 200_000;

    readonly Dictionary<string, byte[]> images = new() { ["a.jpg"] = Samples.Bytes(Length, seed: 1), ["b.jpg"] = Samples.Bytes(Length, seed: 2) };
    readonly Dictionary<string, string> names = [];
    readonly Dictionary<string, int> kept = [];
    readonly List<string> order = [];
    readonly TaskCompletionSource firstUnderWay = new();

    [Fact(Timeout = Patience)]
    public async Task One_begins_while_the_other_is_on_its_way_and_its_pieces_follow_those_of_the_other()
    {
        await using var peer = new ScriptedPeer(connection => ServeAsync(connection, uploads: 2, commits: 2));
        await using var client = await peer.ConnectAsync();

        var first = client.PutAsync(new MemoryStream(images["a.jpg"]), Length, "a.jpg", cancel: Cancel);
        await firstUnderWay.Task;
        var second = client.PutAsync(new MemoryStream(images["b.jpg"]), Length, "b.jpg", cancel: Cancel);

        Assert.Equal(["a.jpg", "b.jpg"], (await Task.WhenAll(first, second)).Select(result => result.Image.Filename));
        Assert.Equal(["begin a.jpg", "append a.jpg", "begin b.jpg", "append a.jpg", "append b.jpg"], order);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task One_that_waits_for_its_turn_survives_any_number_of_losses_while_another_gets_on()
    {
        // Of three, two wait each time: one of them twice in a row, which is more than it may fail.
        const int Cuts = 10;
        var acknowledged = new Acknowledged();
        images["c.jpg"] = Samples.Bytes(Length, seed: 3);
        await using var peer = new ScriptedPeer([
            .. Enumerable.Repeat<Func<PeerConnection, Task>>(
                async connection =>
                {
                    await ServeAsync(connection, uploads: 3, pieces: 2);

                    // Otherwise the end of the connection could overtake its last replies.
                    await acknowledged.ReachesAsync(kept.Values.Sum());
                },
                Cuts),
            connection => Assert.ThrowsAsync<EndOfStreamException>(() => ServeAsync(connection, uploads: 0))]);
        await using (var client = await peer.ConnectAsync(new() { Clock = new ManualClock { Skip = TimeSpan.FromSeconds(5) }, BackoffMost = TimeSpan.FromSeconds(5), Retries = 1 }))
        {
            var puts = images.Select(image => client.PutAsync(new MemoryStream(image.Value), Length, image.Key, new() { Progress = acknowledged.Of(image.Key) }, Cancel));
            Assert.Equal(images.Keys, (await Task.WhenAll(puts)).Select(result => result.Image.Filename));
        }

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_that_gives_nothing_keeps_no_other_image_waiting()
    {
        await using var peer = new ScriptedPeer(connection => ServeAsync(connection, uploads: 2, commits: 1));
        await using var client = await peer.ConnectAsync();
        using var giveUp = new CancellationTokenSource();
        var stuck = new StuckStream();
        var first = client.PutAsync(stuck, Length, "a.jpg", cancel: giveUp.Token);
        await stuck.Asked.Task;

        await client.PutAsync(new MemoryStream(images["b.jpg"]), Length, "b.jpg", cancel: Cancel);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    // Pieces get no reply until so many uploads have begun, unless a begin comes behind them: the first one stands in the middle then. Over after so many commits, or pieces
    // that came when all had begun.
    async Task ServeAsync(PeerConnection connection, int uploads, int commits = int.MaxValue, int pieces = int.MaxValue)
    {
        await connection.GreetAsync();
        var due = new Queue<(Head Request, Reply Reply)>();
        for (var begins = 0; commits > 0 && pieces > 0;)
        {
            var request = await connection.NextAsync();
            var type = request.Text("type");
            if (type == "begin") names[request.Text("upload")] = request.Text("filename");
            due.Enqueue((request, await AnswerAsync(connection, request, type)));
            if (type == "begin") begins++;
            if (type == "commit") commits--;
            else Note($"{type} {names[request.Text("upload")]}");
            if (type == "append" && begins >= uploads) pieces--;
            while ((type == "begin" || begins >= uploads) && due.TryDequeue(out var next)) await connection.ReplyAsync(next.Request, next.Reply);
        }
    }

    async Task<Reply> AnswerAsync(PeerConnection connection, Head request, string type)
    {
        var name = names[request.Text("upload")];
        var before = kept.GetValueOrDefault(name);
        if (type == "begin") return new BeginReply(before, Samples.Sha256(images[name].AsSpan(0, before)));
        if (type == "commit") return Samples.Receipt(name, images[name]);

        Assert.Equal(before, request.Number("offset"));
        kept[name] = before + (await connection.BodyAsync(request)).Length;
        firstUnderWay.TrySetResult();
        return new AppendReply(kept[name]);
    }

    // What comes again and again counts once.
    void Note(string entry)
    {
        if (order.LastOrDefault() != entry) order.Add(entry);
    }

    // Bytes of all images together.
    sealed class Acknowledged
    {
        readonly Lock gate = new();
        readonly Dictionary<string, long> bytes = [];
        TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IProgress<TransferProgress> Of(string name) => new Report(progress =>
        {
            lock (gate)
            {
                bytes[name] = progress.Bytes;
                changed.SetResult();
                changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        });

        public async Task ReachesAsync(long total)
        {
            while (true)
            {
                Task change;
                lock (gate)
                {
                    if (bytes.Values.Sum() >= total) return;
                    change = changed.Task;
                }

                await change.WaitAsync(Cancel);
            }
        }

        sealed class Report(Action<TransferProgress> report) : IProgress<TransferProgress>
        {
            void IProgress<TransferProgress>.Report(TransferProgress value) => report(value);
        }
    }

    sealed class StuckStream : MemoryStream
    {
        public TaskCompletionSource Asked { get; } = new();

        public override bool CanSeek => false;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Asked.TrySetResult();
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
            return 0;
        }
    }
}
