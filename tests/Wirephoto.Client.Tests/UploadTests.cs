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
            await connection.StandsAsync(begin, image, 0);
            await connection.TakePiecesAsync(image, 0);
            await connection.CommitAsync(image);
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
    [InlineData(false)]
    [InlineData(true)]
    public async Task Pieces_and_commit_go_in_one_flight_and_a_refused_piece_says_why(bool refused)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 0);
            var pieces = new List<Head>();
            for (var i = 0; i < 4; i++)
            {
                pieces.Add(await connection.ExpectAsync("append"));
                await connection.BodyAsync(pieces[i]);
            }

            var commit = await connection.ExpectAsync("commit");
            foreach (var piece in pieces)
            {
                if (refused) await connection.RefuseAsync(piece, ErrorCode.NotAnImage);
                else await connection.ReplyAsync(piece, new AppendReply(piece.Number("offset") + piece.Number("size")));
            }

            if (refused) await connection.RefuseAsync(commit, ErrorCode.UnknownUpload);
            else await connection.ReplyAsync(commit, Samples.Receipt("a.jpg", image));
        });
        await using var client = await peer.ConnectAsync();

        var put = client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel);

        if (refused) Assert.Equal(ErrorCode.NotAnImage, (await Assert.ThrowsAsync<RefusedException>(() => put)).Code);
        else Assert.Equal(Samples.Info("a.jpg", image), (await put).Image);
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

    [Fact(Timeout = Patience)]
    public async Task A_client_that_was_taken_over_leaves_the_upload_to_the_newer_one()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.StandsAsync(await connection.ExpectAsync("begin"), image, 0);
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
    public async Task A_begin_of_its_own_that_comes_late_takes_nothing_over_for_good_but_a_second_taker_is_somebody_else()
    {
        var begins = 0;
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await connection.GreetAsync();
                await connection.ExpectAsync("begin");
            },
            async connection =>
            {
                await connection.GreetAsync();
                try
                {
                    while (true)
                    {
                        var request = await connection.NextAsync();
                        if (request.Text("type") == "append") await connection.BodyAsync(request);
                        if (request.Text("type") == "begin")
                        {
                            begins++;
                            await connection.StandsAsync(request, image, 0);
                            continue;
                        }

                        await connection.RefuseAsync(request, ErrorCode.TakenOver);
                    }
                }
                catch (IOException)
                {
                    // The client has heard enough.
                }
            });
        await using (var client = await peer.ConnectAsync())
        {
            var failure = await Assert.ThrowsAsync<RefusedException>(() => client.PutFileAsync(folder.Add("a.jpg", image), "a.jpg", cancel: Cancel));
            Assert.Equal(ErrorCode.TakenOver, failure.Code);
        }

        await peer.DoneAsync();
        Assert.Equal(2, begins);
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
            await connection.StandsAsync(begin, image, 0);
            await connection.TakePiecesAsync(image, 0);
            await connection.CommitAsync(image);
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
            await connection.StandsAsync(begin, image, 0);
            await connection.TakePiecesAsync(image, 0);
            await connection.ReplyAsync(await connection.ExpectAsync("abort"), DoneReply.Instance);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.PutFileAsync(path, "a.jpg", cancel: Cancel));

        Assert.Equal(ErrorCode.LocalChanged, failure.Code);
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
}
