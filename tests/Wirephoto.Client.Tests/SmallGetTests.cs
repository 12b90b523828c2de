using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

/// <summary>An image that arrives in one piece has no name before its own, where Linux and the file system can do that.</summary>
public sealed class SmallGetTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(100_000);

    public SmallGetTests() => Assert.SkipUnless(OperatingSystem.IsLinux(), "files without a name are Linux's");

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    public async Task While_it_arrives_its_folder_is_empty()
    {
        var progress = new FirstBytes();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..50_000]);
            await progress.Written.WaitAsync(Cancel);
            Assert.Empty(folder.Names);
            await connection.RawAsync(image[50_000..]);
        });
        await using var client = await peer.ConnectAsync();

        await client.GetFileAsync("a.jpg", folder["a.jpg"], new() { Progress = progress }, Cancel);

        Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(Samples.Date.UtcDateTime, File.GetLastWriteTimeUtc(folder["a.jpg"]));
        Assert.Equal(["a.jpg"], folder.Names);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Cut_off_for_good_it_leaves_nothing()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..50_000]);
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 0 });

        await Assert.ThrowsAsync<ConnectionException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_images_that_arrive_together_a_damaged_one_fails_alone()
    {
        var images = Enumerable.Range(0, 12).Select(i => Samples.Bytes(5_000 + i, seed: i)).ToArray();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var gets = new List<Head>();
            for (var i = 0; i < images.Length; i++) gets.Add(await connection.ExpectAsync("get"));
            await connection.ReplyAsync(gets[..9].Select((get, i) =>
                (get, (Reply)Samples.Get($"{i}.jpg", images[i]), i == 4 ? [.. images[i][..^1], (byte)~images[i][^1]] : images[i])));
            await connection.RefuseAsync(gets[9], ErrorCode.NotFound);
            await connection.ReplyAsync(gets[10..].Select((get, i) => (get, (Reply)Samples.Get($"{i + 10}.jpg", images[i + 10]), images[i + 10])));
        });
        await using var client = await peer.ConnectAsync();

        var gets = images.Select((_, i) => client.GetFileAsync($"{i}.jpg", folder[$"{i}.jpg"], cancel: Cancel)).ToArray();

        Assert.Equal(ErrorCode.WrongDigest, (await Assert.ThrowsAsync<IntegrityException>(() => gets[4])).Code);
        Assert.Equal(ErrorCode.NotFound, (await Assert.ThrowsAsync<RefusedException>(() => gets[9])).Code);
        foreach (var i in Enumerable.Range(0, 12).Except([4, 9]))
        {
            await gets[i];
            Assert.Equal(images[i], await File.ReadAllBytesAsync(folder[$"{i}.jpg"], Cancel));
        }

        Assert.Equal(10, folder.Names.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task What_arrived_whole_is_there_although_the_server_closes_right_behind_it()
    {
        var images = Enumerable.Range(0, 3).Select(i => Samples.Bytes(5_000, seed: i)).ToArray();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var gets = new List<Head>();
            for (var i = 0; i < images.Length; i++) gets.Add(await connection.ExpectAsync("get"));
            await connection.ReplyAsync(gets.Select((get, i) => (get, (Reply)Samples.Get($"{i}.jpg", images[i]), images[i])));
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 0 });

        await Task.WhenAll(images.Select((_, i) => client.GetFileAsync($"{i}.jpg", folder[$"{i}.jpg"], cancel: Cancel)));

        for (var i = 0; i < images.Length; i++) Assert.Equal(images[i], await File.ReadAllBytesAsync(folder[$"{i}.jpg"], Cancel));
    }

    [Fact(Timeout = Patience)]
    public async Task A_name_that_the_file_system_refuses_fails_alone()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image);
            await connection.ReplyAsync(await connection.ExpectAsync("say"), new SayReply("hi ACK"));
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.GetFileAsync("a.jpg", folder[new string('x', 300)], cancel: Cancel));

        Assert.Equal(ErrorCode.LocalFailed, failure.Code);
        Assert.Equal("hi ACK", await client.SayAsync("hi", Cancel));
        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_folder_that_is_removed_meanwhile_does_not_come_back()
    {
        Directory.CreateDirectory(folder["gone"]);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var first = await connection.ExpectAsync("get");
            Directory.Delete(folder["gone"]);
            await connection.ReplyAsync(first, Samples.Get("a.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();

        await Assert.ThrowsAsync<LocalFileException>(() => client.GetFileAsync("a.jpg", folder["gone/a.jpg"], cancel: Cancel));
        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.GetFileAsync("a.jpg", folder["gone/b.jpg"], cancel: Cancel));

        Assert.Equal(ErrorCode.LocalMissing, failure.Code);
        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_link_in_the_place_of_its_folder_leads_nothing_elsewhere()
    {
        Directory.CreateDirectory(folder["shoot"]);
        Directory.CreateDirectory(folder["elsewhere"]);
        var progress = new FirstBytes();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..50_000]);
            await progress.Written.WaitAsync(Cancel);
            Directory.Move(folder["shoot"], folder["moved"]);
            Directory.CreateSymbolicLink(folder["shoot"], folder["elsewhere"]);
            await connection.RawAsync(image[50_000..]);
        });
        await using var client = await peer.ConnectAsync();

        await client.GetFileAsync("a.jpg", folder["shoot/a.jpg"], new() { Progress = progress }, Cancel);

        Assert.Empty(Directory.GetFileSystemEntries(folder["elsewhere"]));
        Assert.Equal(image, await File.ReadAllBytesAsync(folder["moved/a.jpg"], Cancel));
    }

    [Fact(Timeout = Patience)]
    public async Task What_follows_a_moved_folder_goes_into_the_new_one_of_its_name()
    {
        Directory.CreateDirectory(folder["shoot"]);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var first = await connection.ExpectAsync("get");
            var second = await connection.ExpectAsync("get");
            await connection.ReplyAsync(first, Samples.Get("a.jpg", image), image);
            while (!File.Exists(folder["shoot/a.jpg"])) await Task.Yield();
            Directory.Move(folder["shoot"], folder["moved"]);
            Directory.CreateDirectory(folder["shoot"]);
            await connection.ReplyAsync(second, Samples.Get("b.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();

        // The second keeps what is known of the folder in use, from before to after.
        var first = client.GetFileAsync("a.jpg", folder["shoot/a.jpg"], cancel: Cancel);
        var second = client.GetFileAsync("b.jpg", folder["shoot/b.jpg"], cancel: Cancel);
        await Task.WhenAll(first, second);

        Assert.Equal(image, await File.ReadAllBytesAsync(folder["moved/a.jpg"], Cancel));
        Assert.Equal(image, await File.ReadAllBytesAsync(folder["shoot/b.jpg"], Cancel));
    }

    sealed class FirstBytes : IProgress<TransferProgress>
    {
        readonly TaskCompletionSource written = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Written => written.Task;

        public void Report(TransferProgress value)
        {
            if (value.Bytes > 0) written.TrySetResult();
        }
    }
}
