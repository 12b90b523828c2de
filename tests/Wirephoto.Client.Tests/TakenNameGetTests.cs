using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

/// <summary>Gets into a local name that something has already, or gets meanwhile.</summary>
public sealed class TakenNameGetTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(600_000);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.3.2.b")]
    [Trait("Requirement", "R0-3.1.1.3")]
    public async Task An_existing_file_of_other_bytes_is_refused_and_stays_as_it_was()
    {
        var twin = (byte[])image.Clone();
        twin[^1] ^= 1;
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            for (var i = 0; i < 2; i++) await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            await connection.ExpectEndAsync();
        });
        var shorter = folder.Add("a.jpg", [1, 2, 3]);
        var other = folder.Add("twin.jpg", twin);
        File.CreateSymbolicLink(folder["dangling.jpg"], folder["nowhere.jpg"]);
        await using (var client = await peer.ConnectAsync())
        {
            foreach (var taken in new[] { shorter, other, folder["dangling.jpg"], folder.Path })
            {
                var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.GetFileAsync("a.jpg", taken, cancel: Cancel));
                Assert.Equal(ErrorCode.LocalExists, failure.Code);
            }
        }

        AssertUntouched(shorter);
        AssertUntouched(other, twin);
        Assert.Equal(["a.jpg", "dangling.jpg", "twin.jpg"], folder.Names);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.3.2.b")]
    public async Task An_existing_file_of_the_same_bytes_is_success_and_neither_fetched_nor_touched()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            await connection.ExpectEndAsync();
        });
        var path = folder.Add("a.jpg", image);
        var progress = new ProgressLog();
        await using (var client = await peer.ConnectAsync())
        {
            var result = await client.GetFileAsync("a.jpg", path, new() { Progress = progress }, Cancel);
            Assert.Equal(new GetResult(Samples.Info("a.jpg", image), AlreadyThere: true, Resumed: 0), result);
        }

        AssertUntouched(path, image);
        Assert.True(progress.Reports[0].Verifying);
        progress.AssertSteadyTo(image.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task An_existing_file_with_the_bytes_that_a_listing_told_of_is_success_without_a_question()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ExpectEndAsync();
        });
        var path = folder.Add("a.jpg", image);
        await using (var client = await peer.ConnectAsync())
        {
            var result = await client.GetFileAsync("a.jpg", path, new() { Listed = Samples.Info("a.jpg", image) }, Cancel);
            Assert.Equal(new GetResult(Samples.Info("a.jpg", image), AlreadyThere: true, Resumed: 0), result);
        }

        AssertUntouched(path, image);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData("a.jpg", 2)]
    [InlineData("b.jpg", 1)]
    [InlineData("a.jpg", null)]
    public async Task When_the_listing_told_of_something_else_the_server_is_asked(string name, int? seed)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
        });
        await using var client = await peer.ConnectAsync();
        var listed = Samples.Info(name, Samples.Bytes(image.Length, seed ?? 1)) with { Filename = name };
        if (seed is null) listed = listed with { Sha256 = null };

        var result = await client.GetFileAsync("a.jpg", folder.Add("a.jpg", image), new() { Listed = listed }, Cancel);

        Assert.Equal(new GetResult(Samples.Info("a.jpg", image), AlreadyThere: true, Resumed: 0), result);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(600_000)]
    [InlineData(100_000)]
    [Trait("Requirement", "R0-2.2.3.2.b")]
    public async Task A_file_that_appears_while_the_image_arrives_is_not_touched_either(int length)
    {
        var image = Samples.Bytes(length);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var get = await connection.ExpectAsync("get");
            folder.Add("a.jpg", [1, 2, 3]);
            await connection.ReplyAsync(get, Samples.Get("a.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Equal(ErrorCode.LocalExists, failure.Code);
        AssertUntouched(folder["a.jpg"]);
        Assert.Equal(["a.jpg"], folder.Names);
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.3.2.b")]
    public async Task Of_two_gets_into_one_file_exactly_one_makes_it()
    {
        var other = Samples.Bytes(image.Length, seed: 2);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            Head[] gets = [await connection.ExpectAsync("get"), await connection.ExpectAsync("get")];
            await connection.ReplyAsync(gets[0], Samples.Get("a.jpg", image), image);
            await connection.ReplyAsync(gets[1], Samples.Get("b.jpg", other), other);
        });
        await using var client = await peer.ConnectAsync();

        Task<GetResult>[] both = [client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel), client.GetFileAsync("b.jpg", folder["a.jpg"], cancel: Cancel)];
        await Task.WhenAll(both).ContinueWith(_ => { }, TaskScheduler.Default);

        Assert.Equal(1, both.Count(get => get.IsCompletedSuccessfully));
        var loser = Assert.IsType<LocalFileException>(both.First(get => get.IsFaulted).Exception!.InnerException);
        Assert.Equal(ErrorCode.LocalExists, loser.Code);
        Assert.Equal(both[0].IsCompletedSuccessfully ? image : other, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(["a.jpg"], folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task Two_gets_of_one_image_into_one_file_are_both_content()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            Head[] gets = [await connection.ExpectAsync("get"), await connection.ExpectAsync("get")];
            foreach (var get in gets) await connection.ReplyAsync(get, Samples.Get("a.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();

        var both = await Task.WhenAll(client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel), client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Single(both, get => get.AlreadyThere);
        Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(["a.jpg"], folder.Names);
    }

    static void AssertUntouched(string path, byte[]? bytes = null)
    {
        Assert.Equal(bytes ?? [1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(Samples.Date.UtcDateTime, File.GetLastWriteTimeUtc(path));
    }
}
