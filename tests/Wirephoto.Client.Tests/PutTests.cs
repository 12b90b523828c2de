using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

public sealed class PutTests : IDisposable
{
    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(700);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.2.1")]
    [Trait("Requirement", "R0-2.2.3.1")]
    [Trait("Requirement", "R1-4.PUT.2")]
    [Trait("Requirement", "R3-8.4")]
    public async Task A_small_file_goes_as_one_message_with_its_digest_and_date()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var put = await connection.ExpectAsync("put");
            Assert.Equal("shoot/a.jpg", put.Text("filename"));
            Assert.Equal(Samples.Sha256(image), put.Digest("sha256"));
            Assert.Equal(Samples.Date, put.OptionalTime("modified"));
            Assert.Equal(image, await connection.BodyAsync(put));
            await connection.ReplyAsync(put, Samples.Receipt("shoot/a.jpg", image));
            await connection.ExpectEndAsync();
        });
        var progress = new ProgressLog();
        await using (var client = await peer.ConnectAsync())
        {
            var result = await client.PutFileAsync(folder.Add("a.jpg", image), "shoot/a.jpg", new() { Progress = progress }, Cancel);

            Assert.False(result.AlreadyStored);
            Assert.Equal(Samples.Info("shoot/a.jpg", image), result.Image);
            progress.AssertSteadyTo(image.Length);
        }

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_head_of_any_length_goes_before_its_image()
    {
        // Some have room before the image in its buffer, others have not.
        var names = Enumerable.Range(1, 12).Select(i => $"{new string('x', 85 * i)}.jpg").ToList();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            foreach (var name in names)
            {
                var put = await connection.ExpectAsync("put");
                Assert.Equal(name, put.Text("filename"));
                Assert.Equal(image, await connection.BodyAsync(put));
                await connection.ReplyAsync(put, Samples.Receipt(name, image));
            }
        });
        await using (var client = await peer.ConnectAsync())
        {
            foreach (var name in names) await client.PutFileAsync(folder.Add("a.jpg", image), name, null, Cancel);
        }

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.2.3")]
    public async Task A_put_whose_receipt_was_lost_is_asked_for_and_counts_as_stored()
    {
        await using var peer = new ScriptedPeer(TakeAndLeaveAsync, async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("A.jpg", image)));
            await connection.ExpectEndAsync();
        });
        await using (var client = await peer.ConnectAsync())
        {
            var result = await client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", cancel: Cancel);

            Assert.True(result.AlreadyStored);
            Assert.Equal(("A.jpg", Samples.Sha256(image)), (result.Image.Filename, result.Image.Sha256));
        }

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.2.3")]
    public async Task A_put_that_is_stored_only_after_the_question_is_repeated_and_counts_as_stored()
    {
        await using var peer = new ScriptedPeer(TakeAndLeaveAsync, async connection =>
        {
            await connection.GreetAsync();
            await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.NotFound);
            var put = await connection.ExpectAsync("put");
            Assert.Equal(image, await connection.BodyAsync(put));
            await connection.RefuseAsync(put, ErrorCode.Exists, new() { Same = true, Filename = "A.jpg" });
        });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", cancel: Cancel);

        Assert.True(result.AlreadyStored);
        Assert.Equal(("A.jpg", Samples.Sha256(image)), (result.Image.Filename, result.Image.Sha256));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-3.1.1.3")]
    public async Task Another_image_of_the_same_name_is_refused_and_the_connection_goes_on()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var put = await connection.ExpectAsync("put");
            await connection.BodyAsync(put);
            await connection.RefuseAsync(put, ErrorCode.Exists, new() { Same = false });
            await connection.StoreAsync();
        });
        await using var client = await peer.ConnectAsync();

        var refusal = await Assert.ThrowsAsync<RefusedException>(() => client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", cancel: Cancel));
        await client.PutAsync(new MemoryStream(image), image.Length, "b.jpg", cancel: Cancel);

        Assert.Equal((ErrorCode.Exists, false), (refusal.Code, refusal.Details.Same));
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_whose_receipt_was_lost_is_sent_again_from_where_it_stood(bool seekable)
    {
        await using var peer = new ScriptedPeer(TakeAndLeaveAsync, async connection =>
        {
            await connection.GreetAsync();
            await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.NotFound);
            Assert.Equal(image, await connection.StoreAsync());
        });
        await using var client = await peer.ConnectAsync();
        byte[] bytes = [7, 7, .. image];
        using var stream = seekable ? new MemoryStream(bytes) : new OneWay(bytes);
        stream.Position = 2;

        Assert.Equal(Samples.Info("a.jpg", image), (await client.PutAsync(stream, image.Length, "a.jpg", null, Cancel)).Image);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_file_that_changes_between_two_attempts_is_not_sent_a_second_time(bool dateToo)
    {
        var path = folder.Add("a.jpg", image);
        var date = File.GetLastWriteTimeUtc(path);
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await TakeAndLeaveAsync(connection);
                await File.WriteAllBytesAsync(path, Samples.Bytes(image.Length, seed: 2), Cancel);
                File.SetLastWriteTimeUtc(path, dateToo ? date.AddSeconds(1) : date);
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.NotFound);
                await connection.ExpectEndAsync();
            });
        await using (var client = await peer.ConnectAsync())
        {
            var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.PutFileAsync(path, "a.jpg", null, Cancel));
            Assert.Equal(ErrorCode.LocalChanged, failure.Code);
        }

        await peer.DoneAsync();
    }

    async Task TakeAndLeaveAsync(PeerConnection connection)
    {
        await connection.GreetAsync();
        Assert.Equal(image, await connection.BodyAsync(await connection.ExpectAsync("put")));
    }

    [Fact(Timeout = Patience)]
    public async Task An_empty_or_missing_file_is_told_before_anything_is_sent()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ExpectEndAsync();
        });
        await using (var client = await peer.ConnectAsync())
        {
            var empty = await Assert.ThrowsAsync<WirephotoException>(() => client.PutFileAsync(folder.Add("e.jpg", []), "e.jpg", cancel: Cancel));
            var nothing = await Assert.ThrowsAsync<WirephotoException>(() => client.PutAsync(new MemoryStream(), 0, "e.jpg", cancel: Cancel));
            var missing = await Assert.ThrowsAsync<LocalFileException>(() => client.PutFileAsync(folder["none.jpg"], "e.jpg", cancel: Cancel));
            var aFolder = await Assert.ThrowsAsync<LocalFileException>(() => client.PutFileAsync(folder.Path, "e.jpg", cancel: Cancel));

            Assert.Equal(ErrorCode.Empty, empty.Code);
            Assert.Equal(ErrorCode.Empty, nothing.Code);
            Assert.Equal(ErrorCode.LocalMissing, missing.Code);
            Assert.Equal(ErrorCode.LocalFailed, aFolder.Code);
        }

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_that_ends_early_is_told_before_anything_is_sent()
    {
        await using var peer = new ScriptedPeer(connection => connection.GreetAsync());
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.PutAsync(new MemoryStream(image), image.Length + 1, "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.LocalFailed, failure.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task A_receipt_for_other_bytes_is_not_believed()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var put = await connection.ExpectAsync("put");
            await connection.BodyAsync(put);
            await connection.ReplyAsync(put, Samples.Receipt("a.jpg", Samples.Bytes(700, seed: 2)));
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.WrongDigest, failure.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task A_name_that_fits_no_head_fails_alone()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.StoreAsync();
        });
        await using var client = await peer.ConnectAsync();

        var tooLong = await Assert.ThrowsAsync<WirephotoException>(() => client.StatAsync(new string('x', 70_000) + ".jpg", Cancel));
        var half = await Assert.ThrowsAsync<WirephotoException>(() => client.StatAsync("\ud800.jpg", Cancel));
        Assert.Equal((ErrorCode.BadRequest, ErrorCode.BadName), (tooLong.Code, half.Code));

        await client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", cancel: Cancel);
        await peer.DoneAsync();
    }
}
