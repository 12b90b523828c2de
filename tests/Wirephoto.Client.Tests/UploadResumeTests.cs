using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Client.Tests;

/// <summary>Uploads that find bytes at the server: of an earlier put, or of their own before a cut.</summary>
public sealed class UploadResumeTests : IDisposable
{
    static readonly UploadToken Token = new(42);

    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(3500);

    public void Dispose() => folder.Dispose();

    [Theory(Timeout = Patience)]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 0)]
    [InlineData(0, 1700, 0)]
    [InlineData(0, 2000, 0)]
    [InlineData(0, 3500, 0)]
    [InlineData(2000, 1000, 1000)]
    [InlineData(2000, 2500, 2000)]
    [Trait("Requirement", "R0-2.2.2.3")]
    [Trait("Requirement", "R0-3.1.1.5")]
    public async Task After_a_cut_the_upload_goes_on_where_the_server_stands(int keptBefore, int kept, int resumed)
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.StandsAsync(await connection.ExpectAsync("begin"), image, keptBefore);
                await connection.BodyAsync(await connection.ExpectAsync("append"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                var begin = await connection.ExpectAsync("begin");
                Assert.Equal(Token, begin.Token("upload"));
                await connection.StandsAsync(begin, image, kept);
                await connection.TakePiecesAsync(image, kept);
                await connection.CommitAsync(image);
            });
        await using var client = await peer.ConnectAsync();
        var progress = new ProgressLog();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token, Progress = progress }, Cancel);

        // What was sent before is what the server kept of it all the time.
        Assert.Equal(resumed, result.Resumed);
        progress.AssertSteadyTo(image.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_later_process_with_the_same_token_goes_on_too()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 1234);
            await connection.TakePiecesAsync(image, 1234);
            await connection.CommitAsync(image);
        });
        await using var client = await peer.ConnectAsync();
        using var stream = new MemoryStream([9, 9, .. image]) { Position = 2 };
        var progress = new ProgressLog();

        var result = await client.PutAsync(stream, image.Length, "a.jpg", new() { Upload = Token, Progress = progress }, Cancel);

        Assert.Equal(1234, result.Resumed);

        // What the server keeps is read and compared before a byte is sent, and that shows.
        Assert.Equal(new TransferProgress(1234, image.Length, Verifying: true), progress.Reports.Last(report => report.Verifying));
        progress.AssertSteadyTo(image.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_prefix_of_another_image_is_aborted_and_the_upload_begins_anew()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var begin = await connection.ExpectAsync("begin");
            await connection.ReplyAsync(begin, new BeginReply(1000, Samples.Sha256(Samples.Bytes(1000, seed: 7))));
            var abort = await connection.ExpectAsync("abort");
            Assert.Equal(Token, abort.Token("upload"));
            await connection.ReplyAsync(abort, DoneReply.Instance);
            var anew = await connection.ExpectAsync("begin");
            Assert.NotEqual(Token, anew.Token("upload"));
            await connection.StandsAsync(anew, image, 0);
            await connection.TakePiecesAsync(image, 0);
            await connection.CommitAsync(image);
        });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        Assert.Equal(0, result.Resumed);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_always_keeps_other_bytes_is_given_up()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            for (var i = 0; i < 3; i++)
            {
                await connection.ReplyAsync(await connection.ExpectAsync("begin"), new BeginReply(10, Samples.Sha256([])));
                await connection.ReplyAsync(await connection.ExpectAsync("abort"), DoneReply.Instance);
            }
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.WrongDigest, failure.Code);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upload_that_an_earlier_put_has_committed_was_stored_already(bool committed)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.StandsAsync(await connection.ExpectAsync("begin"), image, image.Length, committed);
            await connection.CommitAsync(image);
        });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        Assert.Equal((committed, committed ? 0 : image.Length), (result.AlreadyStored, result.Resumed));
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(0)]
    [InlineData(3500)]
    public async Task A_lost_commit_is_repeated_after_a_begin_that_tells_that_all_is_there(int keptBefore)
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.StandsAsync(await connection.ExpectAsync("begin"), image, keptBefore);
                await connection.TakePiecesAsync(image, keptBefore);
                await connection.ExpectAsync("commit");
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.StandsAsync(await connection.ExpectAsync("begin"), image, image.Length, committed: true);
                await connection.CommitAsync(image);
            });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel);

        // It was stored by this put itself.
        Assert.Equal((false, keptBefore), (result.AlreadyStored, result.Resumed));
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(ErrorCode.UnknownUpload)]
    [InlineData(ErrorCode.WrongOffset)]
    public async Task An_upload_that_the_server_sees_elsewhere_begins_again(ErrorCode code)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 0);

            // What was on its way already is refused as well.
            Head next;
            for (next = await connection.ExpectAsync("append"); next.Text("type") != "begin"; next = await connection.NextAsync())
            {
                if (next.Text("type") == "append") await connection.BodyAsync(next);
                await connection.RefuseAsync(next, next.Text("type") == "append" ? code : ErrorCode.UnknownUpload);
            }

            Assert.Equal("begin", next.Text("type"));
            await connection.StandsAsync(next, image, 1000);
            await connection.TakePiecesAsync(image, 1000);
            await connection.CommitAsync(image);
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 1 });

        await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel);

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_never_agrees_where_the_upload_stands_is_given_up_after_the_retries()
    {
        var begins = 0;
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            for (var next = await connection.NextAsync(); ; next = await connection.NextAsync())
            {
                if (next.Text("type") == "say") break;
                if (next.Text("type") == "begin")
                {
                    begins++;
                    await connection.StandsAsync(next, image, 0);
                    continue;
                }

                if (next.Text("type") == "append") await connection.BodyAsync(next);
                await connection.RefuseAsync(next, ErrorCode.WrongOffset, new() { Offset = 0 });
            }
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 3 });

        var failure = await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel));

        Assert.Equal((ErrorCode.WrongOffset, 4), (failure.Code, begins));
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_that_only_goes_forward_is_sent_but_not_resumed()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 0);
                await connection.TakePiecesAsync(image, 0);
                await connection.CommitAsync(image);
                await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 0);
                await connection.BodyAsync(await connection.ExpectAsync("append"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 100);
                await connection.ReplyAsync(await connection.ExpectAsync("abort"), DoneReply.Instance);
            });
        await using var client = await peer.ConnectAsync();

        await client.PutAsync(new ForwardStream(image), image.Length, "a.jpg", cancel: Cancel);
        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.PutAsync(new ForwardStream(image), image.Length, "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.LocalFailed, failure.Code);
        Assert.Contains("seek", failure.Message, StringComparison.Ordinal);
        await peer.DoneAsync();
    }

    sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
