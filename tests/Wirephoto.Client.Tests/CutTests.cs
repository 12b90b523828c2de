using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

public sealed class CutTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(40);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-3.1.1.5")]
    [Trait("Requirement", "R0-2.2.2.3")]
    public async Task A_get_survives_a_cut_at_every_byte_of_its_reply()
    {
        using var head = new HeadWriter();
        var length = Samples.Get("a.jpg", image).Write(head, new RequestId(2, null)).Length + image.Length;
        var scripts = Enumerable.Range(0, length).SelectMany(cut => new Func<PeerConnection, Task>[]
        {
            connection => AnswerGetAsync(connection, cut),
            connection => AnswerGetAsync(connection, int.MaxValue),
        });
        await using var peer = new ScriptedPeer([.. scripts]);

        for (var cut = 0; cut < length; cut++)
        {
            await using var client = await peer.ConnectAsync();
            await client.GetFileAsync("a.jpg", folder[$"{cut}.jpg"], cancel: Cancel);
            Assert.Equal(image, await File.ReadAllBytesAsync(folder[$"{cut}.jpg"], Cancel));
        }

        Assert.Equal(length, folder.Names.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-3.1.1.5")]
    public async Task A_put_survives_a_cut_at_every_byte_of_its_receipt()
    {
        using var head = new HeadWriter();
        var length = Samples.Receipt("a.jpg", image).Write(head, new RequestId(2, null)).Length;
        var scripts = Enumerable.Range(0, length).SelectMany(cut => new Func<PeerConnection, Task>[]
        {
            async connection =>
            {
                await connection.GreetAsync();
                var put = await connection.ExpectAsync("put");
                await connection.BodyAsync(put);
                await connection.CutAsync(put, Samples.Receipt("a.jpg", image), [], cut);
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            },
        });
        await using var peer = new ScriptedPeer([.. scripts]);

        for (var cut = 0; cut < length; cut++)
        {
            await using var client = await peer.ConnectAsync();
            Assert.True((await client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", cancel: Cancel)).AlreadyStored);
        }

        await peer.DoneAsync();
    }

    // What a byte of garbage does depends on where it falls; a wrong image, a leftover file or a stuck client must never be what it does.
    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-3.1")]
    public async Task A_wrong_byte_anywhere_in_a_reply_never_makes_a_wrong_file()
    {
        using var head = new HeadWriter();
        var length = Samples.Get("a.jpg", image).Write(head, new RequestId(2, null)).Length + image.Length;
        for (var at = 0; at < length; at++)
        {
            await using var peer = new ScriptedPeer(async connection =>
            {
                await connection.GreetAsync();
                await connection.CutAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image, int.MaxValue, flip: at);
            });
            await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 0 });
            try
            {
                await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);
                Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
                File.Delete(folder["a.jpg"]);
            }
            catch (WirephotoException)
            {
                // What arrived of it may stay for another get, but never under its name.
                if (Directory.Exists(folder[".wirephoto-parts"])) Directory.Delete(folder[".wirephoto-parts"], recursive: true);
            }

            Assert.Empty(folder.Names);
        }
    }

    async Task AnswerGetAsync(PeerConnection connection, int cut)
    {
        await connection.GreetAsync();
        var get = await connection.ExpectAsync("get");
        var offset = (int)(get.OptionalNumber("offset") ?? 0);
        await connection.CutAsync(get, Samples.Get("a.jpg", image, offset), image[offset..], cut);
    }
}
