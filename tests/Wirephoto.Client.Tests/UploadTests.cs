using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Client.Tests;

public sealed class UploadTests : IDisposable
{
    static readonly UploadToken Token = new(42);

    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(3500);

    public void Dispose() => folder.Dispose();

    [Fact(Timeout = Patience)]
    [Trait("Requirement", "R0-2.2.3.1")]
    public async Task A_large_image_goes_in_pieces_between_begin_and_commit()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var begin = await connection.ExpectAsync("begin");
            Assert.Equal(("a.jpg", image.Length, Token), (begin.Text("filename"), begin.Number("length"), begin.Token("upload")));
            Assert.Equal(Samples.Date, begin.OptionalTime("modified"));
            Assert.Null(begin.OptionalDigest("sha256"));
            await Stands(connection, begin, 0);
            await TakePiecesAsync(connection, 0);
            await CommitAsync(connection);
        });
        await using var client = await peer.ConnectAsync();
        var progress = new ProgressLog();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token, Progress = progress }, Cancel);

        Assert.Equal(new PutResult(Samples.Info("a.jpg", image), AlreadyStored: false, Resumed: 0), result);
        progress.AssertSteadyTo(image.Length);
        Assert.Equal([0, 1000, 2000, 3000, 3500], progress.Reports.Select(report => report.Bytes));
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1700)]
    [InlineData(2000)]
    [InlineData(3500)]
    [Trait("Requirement", "R0-2.2.2.3")]
    [Trait("Requirement", "R0-3.1.1.5")]
    public async Task After_a_cut_the_upload_goes_on_where_the_server_stands(int kept)
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), 0);
                await connection.BodyAsync(await connection.ExpectAsync("append"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                var begin = await connection.ExpectAsync("begin");
                Assert.Equal(Token, begin.Token("upload"));
                await Stands(connection, begin, kept);
                await TakePiecesAsync(connection, kept);
                await CommitAsync(connection);
            });
        await using var client = await peer.ConnectAsync();
        var progress = new ProgressLog();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token, Progress = progress }, Cancel);

        // All of it was sent by this run.
        Assert.Equal(0, result.Resumed);
        progress.AssertSteadyTo(image.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_later_process_with_the_same_token_goes_on_too()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await Stands(connection, await connection.ExpectAsync("begin"), 1234);
            await TakePiecesAsync(connection, 1234);
            await CommitAsync(connection);
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
            await Stands(connection, anew, 0);
            await TakePiecesAsync(connection, 0);
            await CommitAsync(connection);
        });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        Assert.Equal(0, result.Resumed);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(1000, 1000)]
    [InlineData(2500, 2000)]
    public async Task What_was_sent_before_is_what_the_server_kept_of_it_all_the_time(int keptLater, int expected)
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), 2000);
                await connection.BodyAsync(await connection.ExpectAsync("append"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), keptLater);
                await TakePiecesAsync(connection, keptLater);
                await CommitAsync(connection);
            });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        Assert.Equal(expected, result.Resumed);
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
    public async Task A_taken_name_is_asked_again_with_the_digest_to_learn_whether_it_is_the_same(bool same)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.RefuseAsync(await connection.ExpectAsync("begin"), ErrorCode.Exists);
            var begin = await connection.ExpectAsync("begin");
            Assert.Equal(Samples.Sha256(image), begin.Digest("sha256"));
            await connection.RefuseAsync(begin, ErrorCode.Exists, new() { Same = same });
        });
        await using var client = await peer.ConnectAsync();
        var put = client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel);

        if (same) Assert.True((await put).AlreadyStored);
        else Assert.Equal(ErrorCode.Exists, (await Assert.ThrowsAsync<RefusedException>(() => put)).Code);
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
            await connection.ReplyAsync(await connection.ExpectAsync("begin"), new BeginReply(image.Length, Samples.Sha256(image), committed));
            await CommitAsync(connection);
        });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        Assert.Equal((committed, committed ? 0 : image.Length), (result.AlreadyStored, result.Resumed));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task What_this_put_has_committed_was_not_stored_already()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), image.Length);
                await connection.ExpectAsync("commit");
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("begin"), new BeginReply(image.Length, Samples.Sha256(image), Committed: true));
                await CommitAsync(connection);
            });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        Assert.Equal((false, image.Length), (result.AlreadyStored, result.Resumed));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_lost_commit_is_repeated_after_a_begin_that_tells_that_all_is_there()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), 0);
                await TakePiecesAsync(connection, 0);
                await connection.ExpectAsync("commit");
            },
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ReplyAsync(await connection.ExpectAsync("begin"), new BeginReply(image.Length, Samples.Sha256(image), Committed: true));
                await CommitAsync(connection);
            });
        await using var client = await peer.ConnectAsync();

        var result = await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel);

        // By this put itself.
        Assert.Equal((false, 0), (result.AlreadyStored, result.Resumed));
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
            await Stands(connection, await connection.ExpectAsync("begin"), 0);

            // Pieces that were on their way already are refused as well.
            Head next;
            for (next = await connection.ExpectAsync("append"); next.Text("type") == "append"; next = await connection.NextAsync())
            {
                await connection.BodyAsync(next);
                await connection.RefuseAsync(next, code);
            }

            Assert.Equal("begin", next.Text("type"));
            await Stands(connection, next, 1000);
            await TakePiecesAsync(connection, 1000);
            await CommitAsync(connection);
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
                    await Stands(connection, next, 0);
                    continue;
                }

                await connection.BodyAsync(next);
                await connection.RefuseAsync(next, ErrorCode.WrongOffset, new() { Offset = 0 });
            }
        });
        await using var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Retries = 3 });

        var failure = await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel));

        Assert.Equal((ErrorCode.WrongOffset, 4), (failure.Code, begins));
    }

    [Fact(Timeout = Patience)]
    public async Task A_client_that_was_taken_over_leaves_the_upload_to_the_newer_one()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await Stands(connection, await connection.ExpectAsync("begin"), 0);
            for (var next = await connection.ExpectAsync("append"); next.Text("type") == "append"; next = await connection.NextAsync())
            {
                await connection.BodyAsync(next);
                await connection.RefuseAsync(next, ErrorCode.TakenOver);
            }
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.TakenOver, failure.Code);
    }

    [Fact(Timeout = Patience)]
    public async Task A_token_of_another_image_is_replaced_by_a_new_one()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.RefuseAsync(await connection.ExpectAsync("begin"), ErrorCode.UploadConflict);
            var begin = await connection.ExpectAsync("begin");
            Assert.NotEqual(Token, begin.Token("upload"));
            await Stands(connection, begin, 0);
            await TakePiecesAsync(connection, 0);
            await CommitAsync(connection);
        });
        await using var client = await peer.ConnectAsync();

        await client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", new() { Upload = Token }, Cancel);

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_changes_while_it_is_sent_is_aborted_not_committed()
    {
        var path = folder.Add("a.jpg", image);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var begin = await connection.ExpectAsync("begin");
            File.SetLastWriteTimeUtc(path, Samples.Date.UtcDateTime.AddSeconds(1));
            await Stands(connection, begin, 0);
            await TakePiecesAsync(connection, 0);
            await connection.ReplyAsync(await connection.ExpectAsync("abort"), DoneReply.Instance);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.PutFileAsync(path, "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.LocalChanged, failure.Code);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_stream_that_only_goes_forward_is_sent_but_not_resumed()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), 0);
                await TakePiecesAsync(connection, 0);
                await CommitAsync(connection);
                await Stands(connection, await connection.ExpectAsync("begin"), 0);
                await connection.BodyAsync(await connection.ExpectAsync("append"));
            },
            async connection =>
            {
                await connection.GreetAsync();
                await Stands(connection, await connection.ExpectAsync("begin"), 100);
                await connection.ReplyAsync(await connection.ExpectAsync("abort"), DoneReply.Instance);
            });
        await using var client = await peer.ConnectAsync();

        await client.PutAsync(new ForwardStream(image), image.Length, "a.jpg", cancel: Cancel);
        var failure = await Assert.ThrowsAsync<LocalFileException>(() => client.PutAsync(new ForwardStream(image), image.Length, "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.LocalFailed, failure.Code);
        Assert.Contains("seek", failure.Message, StringComparison.Ordinal);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_keeps_more_than_the_image_is_not_believed()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("begin"), new BeginReply(image.Length + 1, default));
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<ConnectionException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.BadReply, failure.Code);
    }

    Task Stands(PeerConnection connection, Head begin, int offset) =>
        connection.ReplyAsync(begin, new BeginReply(offset, Samples.Sha256(image.AsSpan(0, offset))));

    async Task TakePiecesAsync(PeerConnection connection, int offset)
    {
        while (offset < image.Length)
        {
            var append = await connection.ExpectAsync("append");
            Assert.Equal(offset, append.Number("offset"));
            Assert.InRange(append.Number("size"), 1, 1000);
            var piece = await connection.BodyAsync(append);
            Assert.Equal(image[offset..(offset + piece.Length)], piece);
            offset += piece.Length;
            await connection.ReplyAsync(append, new AppendReply(offset));
        }
    }

    async Task CommitAsync(PeerConnection connection)
    {
        var commit = await connection.ExpectAsync("commit");
        Assert.Equal(Samples.Sha256(image), commit.Digest("sha256"));
        await connection.ReplyAsync(commit, Samples.Receipt("a.jpg", image));
    }

    sealed class ForwardStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
