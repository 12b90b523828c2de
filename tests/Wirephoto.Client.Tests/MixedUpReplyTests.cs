using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

/// <summary>A server that answers about another image than it was asked about, with everything else as it should be.</summary>
public sealed class MixedUpReplyTests : IDisposable
{
    const string Other = "b.jpg";

    static readonly ErrorDetails StoredAsOther = new() { Filename = Other, Same = true };

    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(2500);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    public Task A_receipt_for_another_name_is_not_believed() => AssertNotBelievedAsync(
        async connection =>
        {
            var put = await connection.ExpectAsync("put");
            await connection.ReplyAsync(put, Samples.Receipt(Other, await connection.BodyAsync(put)));
        },
        client => PutAsync(client, 700));

    [Fact(Timeout = Patience)]
    public Task A_receipt_for_another_name_is_not_believed_after_an_upload() => AssertNotBelievedAsync(
        async connection => await connection.ReplyAsync(await CommitOfAllAsync(connection), Samples.Receipt(Other, image)),
        client => PutAsync(client, image.Length));

    [Fact(Timeout = Patience)]
    public Task Another_name_with_the_same_bytes_does_not_make_a_put_already_stored() => AssertNotBelievedAsync(
        async connection =>
        {
            var put = await connection.ExpectAsync("put");
            await connection.BodyAsync(put);
            await connection.RefuseAsync(put, ErrorCode.Exists, StoredAsOther);
        },
        client => PutAsync(client, 700));

    [Fact(Timeout = Patience)]
    public Task Another_name_with_the_same_bytes_does_not_make_an_upload_already_stored() => AssertNotBelievedAsync(
        async connection => await connection.RefuseAsync(await CommitOfAllAsync(connection), ErrorCode.Exists, StoredAsOther),
        client => PutAsync(client, image.Length));

    [Fact(Timeout = Patience)]
    public Task Facts_of_another_name_are_not_believed() => AssertNotBelievedAsync(
        async connection => await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info(Other, image))),
        client => client.StatAsync("a.jpg", Cancel));

    [Fact(Timeout = Patience)]
    public async Task An_image_of_another_name_is_not_saved()
    {
        await AssertNotBelievedAsync(
            async connection => await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get(Other, image), image),
            client => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task An_image_without_bytes_is_not_saved_and_fails_alone()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var empty = await connection.ExpectAsync("get");
            var whole = await connection.ExpectAsync("get");
            await connection.ReplyAsync(empty, Samples.Get("a.jpg", []), []);
            await connection.ReplyAsync(whole, Samples.Get(Other, image), image);
        });
        await using var client = await peer.ConnectAsync();
        var failing = client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);
        await client.GetFileAsync(Other, folder[Other], cancel: Cancel);

        Assert.Equal(ErrorCode.Empty, (await Assert.ThrowsAsync<IntegrityException>(() => failing)).Code);
        Assert.Equal([Other], folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task Another_spelling_of_the_name_is_the_same_name()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("CAFE\u0301.JPG", image)));
        });
        await using var client = await peer.ConnectAsync();

        Assert.Equal("CAFE\u0301.JPG", (await client.StatAsync("caf\u00e9.jpg", Cancel)).Filename);
    }

    Task<PutResult> PutAsync(WirephotoClient client, int length) => client.PutAsync(new MemoryStream(image, 0, length), length, "a.jpg", cancel: Cancel);

    async Task<Head> CommitOfAllAsync(PeerConnection connection)
    {
        await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 0);
        await connection.TakePiecesAsync(image, 0);
        return await connection.ExpectAsync("commit");
    }

    static async Task AssertNotBelievedAsync(Func<PeerConnection, Task> script, Func<WirephotoClient, Task> ask)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await script(connection);
        });
        await using var client = await peer.ConnectAsync();

        Assert.Equal(ErrorCode.BadReply, (await Assert.ThrowsAsync<ConnectionException>(() => ask(client))).Code);
    }
}
