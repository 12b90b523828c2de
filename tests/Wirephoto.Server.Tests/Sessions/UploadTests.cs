using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

public sealed class UploadTests
{
    const string Token = "0123456789abcdef0123456789abcdef";
    static readonly byte[] Photo = TestJpeg.OfSize(300_000, seed: 3);
    static readonly string Digest = RawPeer.Sha256(Photo);

    [Fact]
    public async Task Begin_append_and_commit_can_go_in_one_flight()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.SendAsync([.. RawPeer.Frame(Begin()), .. RawPeer.Frame(Append(0, 100_000), Photo[..100_000]), .. RawPeer.Frame(Append(100_000, 200_000), Photo[100_000..]), .. RawPeer.Frame(Commit())]);

        Assert.Equal(0, (await peer.ReceiveAsync())!.Value.Head.Number("offset"));
        Assert.Equal(100_000, (await peer.ReceiveAsync())!.Value.Head.Number("offset"));
        Assert.Equal(300_000, (await peer.ReceiveAsync())!.Value.Head.Number("offset"));
        Assert.Equal(Digest, (await peer.ReceiveAsync())!.Value.Head.Text("sha256"));
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.3.5")]
    [Trait("Requirement", "R0-3.1.1.5")]
    public async Task An_interrupted_upload_goes_on_where_it_stopped_and_the_prefix_can_be_checked()
    {
        await using var service = new TestService();
        await using (var lost = service.Connect())
        {
            await lost.DoneAsync(Begin());
            await lost.SendAsync(RawPeer.Frame(Append(0, 200_000), Photo[..123_456]));
        }

        Assert.Equal(Net.ConnectionEnd.Interrupted, await service.End);
        await using var peer = service.Connect();
        var (begun, _) = await peer.DoneAsync(Begin());
        var at = (int)begun.Number("offset");
        await peer.DoneAsync(Append(at, Photo.Length - at), Photo[at..]);
        var (receipt, _) = await peer.DoneAsync(Commit());

        Assert.Equal(123_456, at);
        Assert.Equal(RawPeer.Sha256(Photo[..at]), begun.Text("prefix_sha256"));
        Assert.Equal(Digest, receipt.Text("sha256"));
    }

    [Fact]
    public async Task The_same_name_and_digest_go_on_with_an_upload_under_a_new_token()
    {
        await using var service = new TestService();
        await using (var lost = service.Connect())
        {
            await lost.DoneAsync(Begin(digest: true));
            await lost.DoneAsync(Append(0, 1000), Photo[..1000]);
        }

        await service.End;
        await using var peer = service.Connect();
        var (begun, _) = await peer.DoneAsync(Begin(digest: true).Replace(Token, new string('f', 32), StringComparison.Ordinal));

        Assert.Equal(1000, begun.Number("offset"));
    }

    [Fact]
    public async Task A_repeated_commit_gives_the_same_receipt_on_any_connection()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(Begin());
        await peer.DoneAsync(Append(0, Photo.Length), Photo);
        var (first, _) = await peer.DoneAsync(Commit());

        var (again, _) = await peer.DoneAsync(Commit());
        await using var other = service.Connect();
        var (begun, _) = await other.DoneAsync(Begin());
        var (third, _) = await other.DoneAsync(Commit());

        Assert.Equal(first.Text("stored"), again.Text("stored"));
        Assert.Equal(Photo.Length, begun.Number("offset"));
        Assert.Equal(Digest, begun.Text("prefix_sha256"));
        Assert.Equal(first.Text("stored"), third.Text("stored"));
    }

    [Fact]
    public async Task A_newer_connection_takes_an_upload_over_and_the_older_one_is_fenced_off()
    {
        await using var service = new TestService();
        await using var older = service.Connect();
        await using var newer = service.Connect();
        await older.DoneAsync(Begin());
        await older.DoneAsync(Append(0, 1000), Photo[..1000]);

        var (begun, _) = await newer.DoneAsync(Begin());
        await older.RefusedAsync("taken_over", Append(1000, 1000), Photo[1000..2000]);
        await newer.DoneAsync(Append(1000, Photo.Length - 1000), Photo[1000..]);
        await newer.DoneAsync(Commit());

        Assert.Equal(1000, begun.Number("offset"));
    }

    [Fact]
    public async Task What_does_not_fit_the_upload_is_refused_with_where_it_stands()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.RefusedAsync("unknown_upload", Append(0, 10), Photo[..10]);
        await peer.RefusedAsync("unknown_upload", Commit());
        await peer.DoneAsync(Begin());
        await peer.DoneAsync(Append(0, 10), Photo[..10]);
        Assert.Equal(10, (await peer.RefusedAsync("wrong_offset", Append(5, 10), Photo[5..15])).Number("offset"));
        Assert.Equal(10, (await peer.RefusedAsync("wrong_offset", Commit())).Number("offset"));
        await peer.RefusedAsync("too_large", Append(10, Photo.Length), Photo);
        await peer.RefusedAsync("upload_conflict", Begin().Replace("a.jpg", "b.jpg", StringComparison.Ordinal));
        await peer.DoneAsync(Begin());
        await peer.DoneAsync(Append(10, Photo.Length - 10), Photo[10..]);
        await peer.DoneAsync(Commit());
    }

    [Fact]
    public async Task A_wrong_digest_destroys_what_was_kept()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(Begin());
        await peer.DoneAsync(Append(0, Photo.Length), Photo);

        await peer.RefusedAsync("wrong_digest", Commit().Replace(Digest, new string('0', 64), StringComparison.Ordinal));
        var (begun, _) = await peer.DoneAsync(Begin());

        Assert.Equal(0, begun.Number("offset"));
    }

    [Fact]
    public async Task Bytes_that_can_not_become_an_image_are_refused_long_before_their_end()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(Begin());

        await peer.RefusedAsync("not_an_image", Append(0, 4000), new byte[4000]);
        var (begun, _) = await peer.DoneAsync(Begin());

        Assert.Equal(0, begun.Number("offset"));
    }

    [Fact]
    public async Task Refused_uploads_do_not_count_among_those_of_a_connection()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        for (var i = 0; i < 70; i++)
        {
            string Own(string head) => head.Replace(Token, $"{i:x32}", StringComparison.Ordinal);
            await peer.DoneAsync(Own(Begin()));
            await peer.RefusedAsync("not_an_image", Own(Append(0, 4000)), new byte[4000]);
            await peer.RefusedAsync("unknown_upload", Own(Append(4000, 10)), new byte[10]);
        }
    }

    [Fact]
    public async Task An_aborted_upload_is_forgotten()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(Begin());
        await peer.DoneAsync(Append(0, 1000), Photo[..1000]);

        await peer.DoneAsync($$"""{"type":"abort","upload":"{{Token}}"}""");
        await peer.RefusedAsync("unknown_upload", Append(1000, 1000), Photo[1000..2000]);
        var (begun, _) = await peer.DoneAsync(Begin());

        Assert.Equal(0, begun.Number("offset"));
    }

    [Fact]
    public async Task An_upload_that_has_begun_is_finished_although_the_server_stops_and_nothing_new_is_begun()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(Begin());
        await peer.DoneAsync(Append(0, 100_000), Photo[..100_000]);

        service.Drain();
        await peer.DoneAsync(Append(100_000, 200_000), Photo[100_000..]);
        await peer.RefusedAsync("shutting_down", """{"type":"list"}""");
        await peer.DoneAsync(Commit());

        Assert.Equal("shutting_down", (await peer.ReceiveAsync())!.Value.Head.Text("error"));
        Assert.Equal(Net.ConnectionEnd.Drained, await service.End);
    }

    static string Begin(bool digest = false)
    {
        var known = digest ? $",\"sha256\":\"{Digest}\"" : "";
        return $$"""{"type":"begin","filename":"a.jpg","length":{{Photo.Length}},"upload":"{{Token}}"{{known}}}""";
    }

    static string Append(int offset, int size) => $$"""{"type":"append","upload":"{{Token}}","offset":{{offset}},"size":{{size}}}""";

    static string Commit() => $$"""{"type":"commit","upload":"{{Token}}","sha256":"{{Digest}}"}""";
}
