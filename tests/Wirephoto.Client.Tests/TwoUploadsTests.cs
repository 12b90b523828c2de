using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

public sealed class TwoUploadsTests
{
    readonly Dictionary<string, byte[]> images = new() { ["a.jpg"] = Samples.Bytes(40_000, seed: 1), ["b.jpg"] = Samples.Bytes(40_000, seed: 2) };
    readonly Dictionary<string, string> names = [];
    readonly List<string> order = [];
    readonly TaskCompletionSource firstUnderWay = new();

    [Fact(Timeout = Patience)]
    public async Task One_begins_while_the_other_is_on_its_way_and_its_pieces_follow_those_of_the_other()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await ServeAsync(connection);
        });
        await using var client = await peer.ConnectAsync();

        var first = client.PutAsync(new MemoryStream(images["a.jpg"]), 40_000, "a.jpg", cancel: Cancel);
        await firstUnderWay.Task;
        var second = client.PutAsync(new MemoryStream(images["b.jpg"]), 40_000, "b.jpg", cancel: Cancel);

        Assert.Equal(["a.jpg", "b.jpg"], (await Task.WhenAll(first, second)).Select(result => result.Image.Filename));
        Assert.Equal(["begin a.jpg", "append a.jpg", "begin b.jpg", "append a.jpg", "append b.jpg"], order);
        await peer.DoneAsync();
    }

    // The replies to the first pieces wait until the second upload begins: the first one stands in the middle then.
    async Task ServeAsync(PeerConnection connection)
    {
        var due = new Queue<(Head Request, Reply Reply)>();
        for (var commits = 0; commits < 2;)
        {
            var request = await connection.NextAsync();
            var type = request.Text("type");
            if (type == "begin") names[request.Text("upload")] = request.Text("filename");
            due.Enqueue((request, await AnswerAsync(connection, request, type)));
            if (type == "commit") commits++;
            else Note($"{type} {names[request.Text("upload")]}");
            while ((type == "begin" || names.Count == 2) && due.TryDequeue(out var next)) await connection.ReplyAsync(next.Request, next.Reply);
        }
    }

    async Task<Reply> AnswerAsync(PeerConnection connection, Head request, string type)
    {
        var name = names[request.Text("upload")];
        if (type == "begin") return new BeginReply(0, Samples.Sha256([]));
        if (type == "commit") return Samples.Receipt(name, images[name]);

        var piece = await connection.BodyAsync(request);
        firstUnderWay.TrySetResult();
        return new AppendReply(request.Number("offset") + piece.Length);
    }

    // What comes again and again counts once.
    void Note(string entry)
    {
        if (order.LastOrDefault() != entry) order.Add(entry);
    }
}
