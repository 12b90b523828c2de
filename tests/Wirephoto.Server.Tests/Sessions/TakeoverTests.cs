using Wirephoto.Protocol.Names;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Server.Tests.Support;
using Wirephoto.Storage.Folder;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

/// <summary>One upload has one writer: the newest connection that began it, whatever the older ones still do.</summary>
public sealed class TakeoverTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly byte[] Photo = TestJpeg.OfSize(300_000, seed: 3);
    static readonly Sent Upload = new("a.jpg", Photo, new string('a', 32));

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_that_died_inside_a_piece_never_blocks_the_next_one_and_its_late_bytes_go_nowhere()
    {
        using var folder = new TemporaryFolder();
        await using var service = await OnAsync(folder);
        await using var dead = service.Connect();
        await using var alive = service.Connect();
        await dead.DoneAsync(Upload.Begin);

        // Half of a piece, and then silence on a connection that stays open.
        await dead.SendAsync(RawPeer.Frame(Upload.Append(0, 200_000), Photo[..100_000]));
        await Eventually.TrueAsync(() => new FileInfo(folder.File($".wirephoto/incoming/{Upload.Token}")) is { Exists: true, Length: 100_000 });
        var at = (await alive.DoneAsync(Upload.Begin).WaitAsync(Patience, Cancel)).Head.Number("offset");
        Assert.Equal(100_000, at);
        await dead.SendAsync(new byte[100_000]);
        Assert.Equal("taken_over", (await dead.ReceiveAsync())!.Value.Head.Text("error"));
        await alive.DoneAsync(Upload.Append(at, Photo.Length - (int)at), Photo[(int)at..]);
        await dead.RefusedAsync("taken_over", Upload.Append(200_000, 100_000), Photo[200_000..]);
        await dead.RefusedAsync("taken_over", Upload.Append(200_000, 0), []);
        await dead.RefusedAsync("taken_over", Upload.Commit);
        var (receipt, _) = await alive.DoneAsync(Upload.Commit);

        Assert.Equal(RawPeer.Sha256(Photo), receipt.Text("sha256"));
        Assert.Equal(Photo, (await alive.DoneAsync("""{"type":"get","filename":"a.jpg"}""")).Body);
    }

    [Fact]
    public async Task An_older_connection_that_has_sent_everything_can_no_longer_commit_or_abort()
    {
        await using var service = new TestService();
        await using var older = service.Connect();
        await using var newer = service.Connect();
        await older.DoneAsync(Upload.Begin);
        await older.DoneAsync(Upload.Append(0, Photo.Length), Photo);
        Assert.Equal(Photo.Length, (await newer.DoneAsync(Upload.Begin)).Head.Number("offset"));

        await older.RefusedAsync("taken_over", $$"""{"type":"abort","upload":"{{Upload.Token}}"}""");
        await older.RefusedAsync("unknown_upload", Upload.Commit);
        await newer.DoneAsync(Upload.Commit);
    }

    [Fact]
    public async Task Everything_but_the_commit_and_a_receipt_that_was_lost_are_made_good_by_a_new_connection()
    {
        await using var service = new TestService();
        await using (var lost = service.Connect())
        {
            await lost.DoneAsync(Upload.Begin);
            await lost.DoneAsync(Upload.Append(0, Photo.Length), Photo);
        }

        await service.End;
        await using var second = service.Connect();
        Assert.Equal(Photo.Length, (await second.DoneAsync(Upload.Begin)).Head.Number("offset"));
        var (receipt, _) = await second.DoneAsync(Upload.Commit);
        await using var third = service.Connect();
        var (begun, _) = await third.DoneAsync(Upload.Begin);
        var (again, _) = await third.DoneAsync(Upload.Commit);

        Assert.Equal(RawPeer.Sha256(Photo), begun.Text("prefix_sha256"));
        Assert.Equal(receipt.Text("stored"), again.Text("stored"));
    }

    // Whatever the order of events is: an image is always exactly one client's bytes, and who has a receipt has his.
    [Fact]
    public async Task Simultaneous_uploads_never_corrupt_each_other_however_they_are_taken_over()
    {
        using var folder = new TemporaryFolder();
        await using var service = await OnAsync(folder);
        Sent[] uploads = [.. Enumerable.Range(0, 8).Select(i => new Sent($"{i % 5}.jpg", TestJpeg.OfSize(100_000 + (i * 7), seed: i), UploadToken.New().ToString()))];

        var connecting = new Lock();
        await Task.WhenAll(uploads.SelectMany((upload, i) => Enumerable.Range(0, 3).Select(worker => Task.Run(
            async () =>
            {
                var random = new Random((i * 10) + worker);
                for (var attempt = 0; attempt < 5 && !await TryAsync(upload, Connect, random, carefully: false); attempt++) await Task.Yield();
            }, Cancel))));
        foreach (var upload in uploads) Assert.True(await TryAsync(upload, Connect, new Random(0), carefully: true));

        foreach (var name in uploads.GroupBy(upload => upload.Name))
        {
            await using var reader = Connect();
            var (head, stored) = await reader.DoneAsync($$"""{"type":"get","filename":"{{name.Key}}"}""");
            Assert.Contains(name, upload => upload.Bytes.AsSpan().SequenceEqual(stored));
            Assert.Equal(RawPeer.Sha256(stored), head.Text("sha256"));
            Assert.Equal(stored, await File.ReadAllBytesAsync(folder.File(name.Key), Cancel));
            Assert.Single(name, upload => upload.Receipts > 0);
        }

        // What nobody can go on with, because another image has its name by now, waits for the sweep.
        await service.Store.SweepAsync(DateTimeOffset.MaxValue, Cancel);
        Assert.Empty(Directory.GetFiles(folder.File(".wirephoto/incoming")));

        RawPeer Connect()
        {
            lock (connecting) return service.Connect();
        }
    }

    static async Task<TestService> OnAsync(TemporaryFolder folder)
    {
        var options = new ServerOptions { Port = 5000, Folder = folder.Path };
        return new TestService(options, await FolderStore.OpenAsync(
            new FolderStoreOptions { Folder = folder.Path, NewExaminer = StandardExaminer.Factory(options) }, Cancel));
    }

    // Goes on until there is an outcome: true. False: it gave up, was cut off in the middle of something, or was taken over.
    static async Task<bool> TryAsync(Sent upload, Func<RawPeer> connect, Random random, bool carefully)
    {
        await using var peer = connect();
        var (begun, _) = await peer.AskAsync(upload.Begin);
        if (begun.OptionalText("error") is { } refusal) return Outcome(upload, refusal);
        var at = (int)begun.Number("offset");
        Assert.Equal(RawPeer.Sha256(upload.Bytes[..at]), begun.Text("prefix_sha256"));
        while (at < upload.Bytes.Length)
        {
            var size = Math.Min(random.Next(1, 40_000), upload.Bytes.Length - at);
            if (!carefully && random.Next(12) == 0)
            {
                await peer.SendAsync(RawPeer.Frame(upload.Append(at, size), upload.Bytes[at..(at + random.Next(size))]));
                return false;
            }

            var (piece, _) = await peer.AskAsync(upload.Append(at, size), upload.Bytes[at..(at + size)]);
            if (piece.OptionalText("error") is { } error) return Outcome(upload, error);
            at += size;
        }

        // A receipt that nobody waits for is a receipt all the same.
        if (!carefully && random.Next(3) == 0)
        {
            await peer.SendAsync(upload.Commit);
            return false;
        }

        var (done, _) = await peer.AskAsync(upload.Commit);
        if (done.OptionalText("error") is { } lost) return Outcome(upload, lost);
        Assert.Equal(RawPeer.Sha256(upload.Bytes), done.Text("sha256"));
        Interlocked.Increment(ref upload.Receipts);
        return true;
    }

    static bool Outcome(Sent upload, string error)
    {
        Assert.Contains(error, (string[])["taken_over", "unknown_upload", "wrong_offset", "exists"]);
        return error == "exists";
    }

    sealed class Sent(string name, byte[] bytes, string token)
    {
        public int Receipts;

        public string Name => name;

        public byte[] Bytes => bytes;

        public string Token => token;

        public string Begin { get; } = $$"""{"type":"begin","filename":"{{name}}","length":{{bytes.Length}},"upload":"{{token}}"}""";

        public string Commit { get; } = $$"""{"type":"commit","upload":"{{token}}","sha256":"{{RawPeer.Sha256(bytes)}}"}""";

        public string Append(long offset, int size) => $$"""{"type":"append","upload":"{{token}}","offset":{{offset}},"size":{{size}}}""";
    }
}
