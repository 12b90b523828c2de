using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

/// <summary>A folder that is put again: what is stored already is asked for before it is sent.</summary>
public sealed class RepeatedPutTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(700);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task When_image_after_image_is_there_the_next_ones_are_not_sent_until_one_is_missing()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await RefuseFourAsync(connection);
            for (var i = 0; i < 2; i++) await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("A.jpg", image)));
            await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.NotFound);
            for (var i = 0; i < 2; i++) await connection.StoreAsync();
        });
        await using var client = await peer.ConnectAsync();
        await PutFourAsync(client);

        for (var i = 0; i < 4; i++)
        {
            var progress = new ProgressLog();
            var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Progress = progress }, Cancel);
            Assert.Equal((i < 2, i < 2 ? "A.jpg" : "a.jpg", Samples.Sha256(image)), (result.AlreadyStored, result.Image.Filename, result.Image.Sha256));
            progress.AssertSteadyTo(image.Length);
        }

        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(700)]
    public async Task Another_image_under_that_name_is_refused_by_the_put(int length)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await RefuseFourAsync(connection);
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", Samples.Bytes(length, seed: 2))));
            await connection.RefuseAsync(await PutAsync(connection), ErrorCode.Exists, new() { Same = false });
        });
        await using var client = await peer.ConnectAsync();
        await PutFourAsync(client);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel));

        Assert.Equal((ErrorCode.Exists, false), (refusal.Code, refusal.Details.Same));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task After_a_question_in_vain_the_next_image_is_sent_whatever_became_of_the_one_before()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await RefuseFourAsync(connection);
            await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.NotFound);
            await connection.RefuseAsync(await PutAsync(connection), ErrorCode.NotAnImage);
            await connection.StoreAsync();
        });
        await using var client = await peer.ConnectAsync();
        await PutFourAsync(client);

        await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel));
        Assert.False((await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel)).AlreadyStored);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_question_whose_connection_is_lost_is_asked_again()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await RefuseFourAsync(connection);
                await connection.ExpectAsync("stat");
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            });
        await using var client = await peer.ConnectAsync();
        await PutFourAsync(client);

        Assert.True((await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel)).AlreadyStored);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task The_question_and_the_put_have_their_attempts_together()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await RefuseFourAsync(connection);
            await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.ShuttingDown);
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 0 });
        await PutFourAsync(client);

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel));

        Assert.Equal(ErrorCode.ShuttingDown, refusal.Code);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Receipts_that_were_lost_make_nothing_likely()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                for (var i = 0; i < 5; i++) await PutAsync(connection);
            },
            async connection =>
            {
                await connection.GreetAsync();
                for (var i = 0; i < 5; i++) await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
                await connection.StoreAsync();
            });
        await using var client = await peer.ConnectAsync();
        var path = folder.Add("a.jpg", image);

        var puts = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => client.PutFileAsync(path, "a.jpg", null, Cancel)));
        Assert.All(puts, put => Assert.True(put.AlreadyStored));
        Assert.False((await client.PutFileAsync(path, "a.jpg", null, Cancel)).AlreadyStored);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task What_can_be_read_only_once_is_sent_without_asking()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await RefuseFourAsync(connection);
            await connection.StoreAsync();
        });
        await using var client = await peer.ConnectAsync();
        await PutFourAsync(client);

        using var stream = new OneWay(image);
        Assert.False((await client.PutAsync(stream, image.Length, "a.jpg", null, Cancel)).AlreadyStored);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_few_images_that_are_there_among_others_change_nothing()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            for (var i = 0; i < 12; i++)
            {
                if (i % 4 == 3) await connection.StoreAsync();
                else await connection.RefuseAsync(await PutAsync(connection), ErrorCode.Exists, new() { Same = true });
            }
        });
        await using var client = await peer.ConnectAsync();

        for (var i = 0; i < 12; i++)
            Assert.Equal(i % 4 != 3, (await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel)).AlreadyStored);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_large_image_that_is_likely_there_begins_with_its_digest_until_one_is_missing()
    {
        var large = Samples.Bytes(5000);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            for (var i = 0; i < 6; i++)
            {
                if (i < 4)
                {
                    var begin = await connection.ExpectAsync("begin");
                    Assert.Null(begin.OptionalDigest("sha256"));
                    await connection.RefuseAsync(begin, ErrorCode.Exists);
                }

                var again = await connection.ExpectAsync("begin");
                Assert.Equal(Samples.Sha256(large), again.Digest("sha256"));
                if (i < 5) await connection.RefuseAsync(again, ErrorCode.Exists, new() { Same = true });
                else await connection.StandsAsync(again, large, 0);
            }

            await connection.TakePiecesAsync(large, 0);
            await connection.CommitAsync(large);
            var next = await connection.ExpectAsync("begin");
            Assert.Null(next.OptionalDigest("sha256"));
            await connection.RefuseAsync(next, ErrorCode.BadName);
        });
        await using var client = await peer.ConnectAsync();
        var path = folder.Add("a.jpg", large);

        for (var i = 0; i < 6; i++) Assert.Equal(i < 5, (await client.PutFileAsync(path, "a.jpg", null, Cancel)).AlreadyStored);
        await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(path, "a.jpg", null, Cancel));

        await peer.DoneAsync();
    }

    async Task RefuseFourAsync(PeerConnection connection)
    {
        await connection.GreetAsync();
        for (var i = 0; i < 4; i++) await connection.RefuseAsync(await PutAsync(connection), ErrorCode.Exists, new() { Same = true });
    }

    async Task<Protocol.Framing.Head> PutAsync(PeerConnection connection)
    {
        var put = await connection.ExpectAsync("put");
        Assert.Equal(image, await connection.BodyAsync(put));
        return put;
    }

    async Task PutFourAsync(WirephotoClient client)
    {
        for (var i = 0; i < 4; i++) Assert.True((await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", null, Cancel)).AlreadyStored);
    }
}
