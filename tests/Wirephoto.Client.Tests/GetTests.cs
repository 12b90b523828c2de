using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

public sealed class GetTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(600_000);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.3.2.a")]
    [Trait("Requirement", "R1-4.GET.1")]
    public async Task An_image_becomes_a_file_with_its_bytes_and_date()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var get = await connection.ExpectAsync("get");
            Assert.Equal("shoot/a.jpg", get.Text("filename"));
            await connection.ReplyAsync(get, Samples.Get("shoot/a.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();
        var progress = new ProgressLog();

        var result = await client.GetFileAsync("shoot/a.jpg", folder["b.jpg"], new() { Progress = progress }, Cancel);

        Assert.Equal(new GetResult(Samples.Info("shoot/a.jpg", image), AlreadyThere: false, Resumed: 0), result);
        Assert.Equal(image, await File.ReadAllBytesAsync(folder["b.jpg"], Cancel));
        Assert.Equal(Samples.Date.UtcDateTime, File.GetLastWriteTimeUtc(folder["b.jpg"]));
        Assert.Equal(["b.jpg"], folder.Names);
        progress.AssertSteadyTo(image.Length);
    }

    [Fact(Timeout = Patience)]
    public async Task Bytes_that_differ_from_their_digest_leave_no_file()
    {
        var wrong = (byte[])image.Clone();
        wrong[^1] ^= 1;
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), wrong);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Equal(ErrorCode.WrongDigest, failure.Code);
        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_refusal_leaves_no_file_and_a_missing_folder_is_told()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.RefuseAsync(await connection.ExpectAsync("get"), ErrorCode.NotFound);
        });
        await using var client = await peer.ConnectAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));
        var missing = await Assert.ThrowsAsync<LocalFileException>(() => client.GetFileAsync("a.jpg", folder["no/a.jpg"], cancel: Cancel));

        Assert.Equal((ErrorCode.NotFound, ErrorCode.LocalMissing), (refusal.Code, missing.Code));
        Assert.Empty(folder.Names);
    }

    [Theory(Timeout = Patience)]
    [InlineData(600_000, 0)]
    [InlineData(600_000, 1)]
    [InlineData(600_000, 300_000)]
    [InlineData(600_000, 599_999)]
    [InlineData(100_000, 50_000)]
    [Trait("Requirement", "R0-2.2.2.3")]
    [Trait("Requirement", "R0-3.1.1.5")]
    public async Task After_a_cut_a_get_goes_on_at_the_byte_it_stopped_at(int length, int sent)
    {
        var image = Samples.Bytes(length);
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..sent]);
            },
            async connection =>
            {
                await connection.GreetAsync();
                var get = await connection.ExpectAsync("get");
                Assert.Equal(sent, get.OptionalNumber("offset") ?? 0);
                await connection.ReplyAsync(get, Samples.Get("a.jpg", image, sent), image[sent..]);
            });
        await using var client = await peer.ConnectAsync();
        var progress = new ProgressLog();

        await client.GetFileAsync("a.jpg", folder["a.jpg"], new() { Progress = progress }, Cancel);

        Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(["a.jpg"], folder.Names);
        progress.AssertSteadyTo(image.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task An_image_that_was_replaced_between_two_connections_is_fetched_anew()
    {
        var other = Samples.Bytes(500_000, seed: 2);
        await using var peer = Replacing(other);
        await using var client = await peer.ConnectAsync();

        var result = await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);

        Assert.Equal(Samples.Sha256(other), result.Image.Sha256);
        Assert.Equal(other, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task An_image_that_was_replaced_by_a_shorter_one_is_fetched_anew()
    {
        var other = Samples.Bytes(500, seed: 2);
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..1000]);
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.RefuseAsync(await connection.ExpectAsync("get"), ErrorCode.BadRequest);
                await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", other), other);
            });
        await using var client = await peer.ConnectAsync();

        await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);

        Assert.Equal(other, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task Into_a_stream_that_only_goes_forward_a_replaced_image_is_an_error()
    {
        await using var peer = Replacing(Samples.Bytes(500_000, seed: 2));
        await using var client = await peer.ConnectAsync();
        using var stream = new ForwardOnly();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.GetAsync("a.jpg", stream, cancel: Cancel));

        Assert.Equal(ErrorCode.Changed, failure.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_gets_the_bytes_from_where_it_stands()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();
        using var stream = new MemoryStream();
        stream.Write([7, 7]);

        await client.GetAsync("a.jpg", stream, cancel: Cancel);

        Assert.Equal([7, 7, .. image], stream.ToArray());
    }

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_stream_that_fails_fails_its_get_alone(bool ofItself)
    {
        var small = Samples.Bytes(5000);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", small), small);
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", small), small);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.GetAsync("a.jpg", ofItself ? new GivesUp() : new MemoryStream(new byte[10]), cancel: Cancel));
        await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);

        Assert.Equal(ErrorCode.LocalFailed, failure.Code);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(1, 0, true)]
    [InlineData(-1, 0, true)]
    [InlineData(0, 1, true)]
    [InlineData(0, 0, false)]
    public async Task A_reply_about_another_part_or_without_a_digest_is_a_bad_reply(int size, int offset, bool digest)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var get = await connection.ExpectAsync("get");
            var info = digest ? Samples.Info("a.jpg", image) : Samples.Info("a.jpg", image) with { Sha256 = null };
            await connection.ReplyAsync(get, new GetReply(info, offset, image.Length + size), image);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Equal(ErrorCode.BadReply, failure.Code);
        Assert.Empty(folder.Names);
    }

    ScriptedPeer Replacing(byte[] other) => new(
        async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..1000]);
        },
        async connection =>
        {
            await connection.GreetAsync();
            var get = await connection.ExpectAsync("get");
            Assert.Equal(1000, get.Number("offset"));
            await connection.ReplyAsync(get, Samples.Get("a.jpg", other, 1000), other[1000..]);
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", other), other);
        });

    // A deadline of its own has passed: nobody has cancelled the get.
    sealed class GivesUp : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new TaskCanceledException("it took too long");
    }

    sealed class ForwardOnly : MemoryStream
    {
        public override bool CanSeek => false;
    }
}
