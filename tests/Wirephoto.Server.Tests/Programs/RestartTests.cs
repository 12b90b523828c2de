using Wirephoto.Protocol.Names;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Programs;

/// <summary>The real program, ended in the middle of uploads and started again on the same folder.</summary>
public sealed class RestartTests : IDisposable
{
    const int Sigkill = 9;
    const int Sigterm = 15;
    const int Piece = 100_000;
    static readonly byte[] Photo = TestJpeg.OfSize(3 * Piece, seed: 3);
    static readonly string Digest = RawPeer.Sha256(Photo);

    // Nothing, one byte, around the borders of pieces, all but one byte, all but the commit.
    static readonly int[] Cuts = [0, 1, Piece - 1, Piece, Piece + 1, 2 * Piece, Photo.Length - 1, Photo.Length];

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(Sigkill)]
    [InlineData(Sigterm)]
    public async Task Uploads_that_were_cut_anywhere_go_on_after_a_restart_and_a_lost_receipt_comes_again(int signal)
    {
        var tokens = Cuts.Append(-1).ToDictionary(cut => cut, _ => UploadToken.New().ToString());
        await using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            var peers = new List<RawPeer>();
            foreach (var cut in Cuts) peers.Add(await LeaveAsync(server, cut, tokens[cut]));
            peers.Add(await CommitAsync(server, tokens[-1]));

            // Only a crash comes while clients are in the middle of something: a polite end would wait for them.
            if (signal == Sigterm) await DisposeAsync(peers);
            if (signal == Sigterm) await Eventually.TrueAsync(() => server.Output().Count(line => line.Contains(" disconnected: ", StringComparison.Ordinal)) == peers.Count);
            server.Signal(signal);
            await server.ExitAsync();
            if (signal != Sigterm) await DisposeAsync(peers);
        }

        await using var next = await ServerProcess.StartAsync(folder.Path);
        foreach (var cut in Cuts) await GoOnAsync(next, cut, tokens[cut]);
        await using var peer = await next.ConnectAsync();
        var (begun, _) = await peer.DoneAsync(Begin("done.jpg", tokens[-1]));
        var (receipt, _) = await peer.DoneAsync(Commit(tokens[-1]));
        var (again, _) = await peer.DoneAsync(Commit(tokens[-1]));

        Assert.Equal((Photo.Length, Digest), ((int)begun.Number("offset"), begun.Text("prefix_sha256")));
        Assert.Equal(("done.jpg", Digest), (receipt.Text("filename"), receipt.Text("sha256")));
        Assert.Equal(receipt.Text("stored"), again.Text("stored"));
        Assert.Equal(Cuts.Length + 1, Directory.GetFiles(folder.Path).Length);
        Assert.Empty(Directory.GetFiles(folder.File(".wirephoto/incoming")));
    }

    [Fact]
    public async Task A_prefix_that_was_poisoned_while_the_server_was_stopped_shows_and_is_never_resumed()
    {
        var token = UploadToken.New().ToString();
        await using (var server = await ServerProcess.StartAsync(folder.Path))
        {
            await using var peer = await LeaveAsync(server, Piece, token);
            server.Signal(Sigkill);
            await server.ExitAsync();
        }

        var staged = folder.File($".wirephoto/incoming/{token}");
        var bytes = await File.ReadAllBytesAsync(staged, TestContext.Current.CancellationToken);
        bytes[Piece / 2] ^= 1;
        await File.WriteAllBytesAsync(staged, bytes, TestContext.Current.CancellationToken);

        await using var next = await ServerProcess.StartAsync(folder.Path);
        await using var late = await next.ConnectAsync();
        var (begun, _) = await late.DoneAsync(Begin($"{Piece}.jpg", token));
        Assert.Equal(Piece, begun.Number("offset"));
        Assert.NotEqual(RawPeer.Sha256(Photo[..Piece]), begun.Text("prefix_sha256"));

        // A client that does not look finds out at the end, and nothing is left to be resumed.
        await late.DoneAsync(Append(token, Piece, Photo.Length - Piece), Photo[Piece..]);
        await late.RefusedAsync("wrong_digest", Commit(token));
        Assert.Equal(0, (await late.DoneAsync(Begin($"{Piece}.jpg", token))).Head.Number("offset"));
        await late.DoneAsync(Append(token, 0, Photo.Length), Photo);
        await late.DoneAsync(Commit(token));
        Assert.Equal(Photo, await File.ReadAllBytesAsync(folder.File($"{Piece}.jpg"), TestContext.Current.CancellationToken));
    }

    // Whole pieces, and of the last one as much as there is before the cut.
    async Task<RawPeer> LeaveAsync(ServerProcess server, int cut, string token)
    {
        var peer = await server.ConnectAsync();
        await peer.DoneAsync(Begin($"{cut}.jpg", token));
        for (var at = 0; at < cut; at += Piece)
        {
            var size = Math.Min(Piece, Photo.Length - at);
            if (at + size <= cut) await peer.DoneAsync(Append(token, at, size), Photo[at..(at + size)]);
            else await peer.SendAsync(RawPeer.Frame(Append(token, at, size), Photo[at..cut]));
        }

        var staged = new FileInfo(folder.File($".wirephoto/incoming/{token}"));
        await Eventually.TrueAsync(() =>
        {
            staged.Refresh();
            return staged.Length == cut;
        });
        return peer;
    }

    // Its receipt is sent, but the client never reads it.
    static async Task<RawPeer> CommitAsync(ServerProcess server, string token)
    {
        var peer = await server.ConnectAsync();
        await peer.DoneAsync(Begin("done.jpg", token));
        await peer.DoneAsync(Append(token, 0, Photo.Length), Photo);
        await peer.SendAsync(Commit(token));
        await Eventually.TrueAsync(() => server.Output().Any(line => line.Contains("COMMIT done.jpg success", StringComparison.Ordinal)));
        return peer;
    }

    static async Task GoOnAsync(ServerProcess server, int cut, string token)
    {
        await using var peer = await server.ConnectAsync();
        var (begun, _) = await peer.DoneAsync(Begin($"{cut}.jpg", token));
        Assert.Equal(cut, begun.Number("offset"));
        Assert.Equal(RawPeer.Sha256(Photo[..cut]), begun.Text("prefix_sha256"));
        if (cut < Photo.Length) await peer.DoneAsync(Append(token, cut, Photo.Length - cut), Photo[cut..]);
        Assert.Equal(Digest, (await peer.DoneAsync(Commit(token))).Head.Text("sha256"));
        Assert.Equal(Photo, (await peer.DoneAsync($$"""{"type":"get","filename":"{{cut}}.jpg"}""")).Body);
    }

    static async Task DisposeAsync(List<RawPeer> peers)
    {
        foreach (var peer in peers) await peer.DisposeAsync();
    }

    static string Begin(string name, string token) => $$"""{"type":"begin","filename":"{{name}}","length":{{Photo.Length}},"upload":"{{token}}"}""";

    static string Append(string token, int offset, int size) => $$"""{"type":"append","upload":"{{token}}","offset":{{offset}},"size":{{size}}}""";

    static string Commit(string token) => $$"""{"type":"commit","upload":"{{token}}","sha256":"{{Digest}}"}""";
}
