using System.Net;
using System.Text;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

public sealed class RequestTests
{
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);
    static readonly byte[] Drawing = TestPng.Make(32, 16, seed: 2);

    [Fact]
    [Trait("Requirement", "R4-4.5")]
    [Trait("Requirement", "R4-10.3")]
    [Trait("Requirement", "R4-9.2")]
    public async Task Hello_names_the_connection_and_announces_types_and_limits()
    {
        await using var service = new TestService();
        await using var first = service.Connect();
        await using var second = service.Connect();

        var (hello, _) = await first.DoneAsync("""{"type":"hello","protocol":1,"client":"test"}""");
        var (other, _) = await second.DoneAsync("""{"type":"hello","protocol":1}""");

        Assert.Equal("Client01", hello.Text("name"));
        Assert.Equal("Client02", other.Text("name"));
        Assert.Equal(["jpeg", "jpg", "png"], hello.Texts("types", 10));
        Assert.Equal(4 << 20, hello.Nested("limits").Number("put"));
        Assert.Equal(1024, hello.Nested("limits").Number("pipeline"));
        Assert.Equal(1, hello.Number("protocol"));
    }

    [Fact]
    public async Task A_protocol_that_is_not_spoken_is_refused_with_those_that_are_and_the_connection_closes()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        var refusal = await peer.RefusedAsync("unsupported_protocol", """{"type":"hello","protocol":2}""");

        Assert.Equal([1], refusal.Numbers("versions", 10));
        await service.End;
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3")]
    [Trait("Requirement", "R1-2.1")]
    [Trait("Requirement", "R1-2.3")]
    [Trait("Requirement", "R0-3.7")]
    [Trait("Requirement", "R1-5.4")]
    [Trait("Requirement", "R1-1.1")]
    [Trait("Requirement", "R1-4.PUT.4")]
    [Trait("Requirement", "R1-4.GET.2")]
    public async Task What_was_put_comes_back_byte_for_byte_with_its_receipt()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        var (receipt, _) = await peer.DoneAsync(RawPeer.Put("iceland/a b.JPG", Photo, ""","modified":"2001-02-03T04:05:06.7Z" """.TrimEnd()), Photo);
        var (got, body) = await peer.DoneAsync("""{"type":"get","filename":"iceland/a b.JPG"}""");

        Assert.Equal("iceland/a b.JPG", receipt.Text("filename"));
        Assert.Equal(Photo.Length, receipt.Number("length"));
        Assert.Equal(RawPeer.Sha256(Photo), receipt.Text("sha256"));
        Assert.Equal("jpeg", receipt.Text("format"));
        Assert.Equal((64, 48), (receipt.Number("width"), receipt.Number("height")));
        Assert.Equal("2001-02-03T04:05:06.7Z", got.Text("modified"));
        Assert.Equal(RawPeer.Sha256(Photo), got.Text("sha256"));
        Assert.Equal(Photo, body);
    }

    [Fact]
    public async Task A_part_of_an_image_can_be_had()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(RawPeer.Put("a.jpg", Photo), Photo);

        var (middle, bytes) = await peer.DoneAsync("""{"type":"get","filename":"a.jpg","offset":10,"length":20}""");
        var (_, clipped) = await peer.DoneAsync($$"""{"type":"get","filename":"a.jpg","offset":{{Photo.Length - 3}},"length":1000}""");
        var (_, nothing) = await peer.DoneAsync($$"""{"type":"get","filename":"a.jpg","offset":{{Photo.Length}}}""");
        await peer.RefusedAsync("bad_request", $$"""{"type":"get","filename":"a.jpg","offset":{{Photo.Length + 1}}}""");

        Assert.Equal(Photo[10..30], bytes);
        Assert.Equal(Photo.Length, middle.Number("length"));
        Assert.Equal(Photo[^3..], clipped);
        Assert.Empty(nothing);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3.3")]
    [Trait("Requirement", "R0-2.1.3.4.2.3.b")]
    [Trait("Requirement", "R3-5.L.2")]
    public async Task List_gives_the_top_level_sorted_with_folders_and_recursively_every_image()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        foreach (var name in new[] { "b.png", "a/deep/c.png", "a.png" }) await peer.DoneAsync(RawPeer.Put(name, Drawing), Drawing);

        var (top, lines) = await peer.DoneAsync("""{"type":"list"}""");
        var (_, all) = await peer.DoneAsync("""{"type":"list","recursive":true}""");
        var (empty, none) = await peer.DoneAsync("""{"type":"list","folder":"nowhere"}""");

        Assert.Equal(3, top.Number("count"));
        Assert.Equal(["\"filename\":\"a.png\"", "\"folder\":\"a\"", "\"filename\":\"b.png\""], Encoding.UTF8.GetString(lines).TrimEnd().Split('\n').Select(line => line.Split(',')[0].Trim('{', '}')));
        Assert.Contains("a/deep/c.png", Encoding.UTF8.GetString(all), StringComparison.Ordinal);
        Assert.Equal(0, empty.Number("count"));
        Assert.Empty(none);
    }

    [Fact]
    public async Task A_long_listing_comes_in_pages()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        for (var i = 0; i < 5; i++) await peer.DoneAsync(RawPeer.Put($"{i}.png", Drawing), Drawing);

        var names = new List<string>();
        string? after = null;
        do
        {
            var cursor = after is null ? "" : $",\"after\":\"{after}\"";
            var (page, lines) = await peer.DoneAsync($$"""{"type":"list","limit":2{{cursor}}}""");
            names.AddRange(Protocol.Transfer.LinesReader.Read(lines).Select(line => line.Text("filename")));
            after = page.OptionalText("next");
        }
        while (after is not null);

        Assert.Equal(["0.png", "1.png", "2.png", "3.png", "4.png"], names);
    }

    [Fact]
    public async Task Stat_have_and_delete_know_what_was_put()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(RawPeer.Put("a.png", Drawing), Drawing);
        var digest = RawPeer.Sha256(Drawing);
        var other = new string('0', 64);

        var (stat, _) = await peer.DoneAsync("""{"type":"stat","filename":"a.png"}""");
        var (_, have) = await peer.DoneAsync($$"""{"type":"have","sha256":["{{digest}}","{{other}}"]}""");
        await peer.RefusedAsync("changed", $$"""{"type":"delete","filename":"a.png","sha256":"{{other}}"}""");
        await peer.DoneAsync($$"""{"type":"delete","filename":"a.png","sha256":"{{digest}}"}""");
        await peer.RefusedAsync("not_found", """{"type":"stat","filename":"a.png"}""");

        Assert.Equal("png", stat.Text("format"));
        Assert.Equal($$"""
            {"sha256":"{{digest}}","filenames":["a.png"]}
            {"sha256":"{{other}}","filenames":[]}

            """.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(have));
    }

    [Fact]
    public async Task Only_this_machine_may_delete()
    {
        await using var service = new TestService();
        await using var peer = service.Connect(IPAddress.Parse("192.0.2.1"));
        await peer.DoneAsync(RawPeer.Put("a.png", Drawing), Drawing);

        await peer.RefusedAsync("forbidden", """{"type":"delete","filename":"a.png"}""");
        await peer.DoneAsync("""{"type":"stat","filename":"a.png"}""");
    }

    [Fact]
    [Trait("Requirement", "R4-1.4")]
    [Trait("Requirement", "R4-2.5")]
    [Trait("Requirement", "R4-2.6")]
    [Trait("Requirement", "R4-3.2")]
    [Trait("Requirement", "R4-3.5")]
    [Trait("Requirement", "R4-3.10")]
    [Trait("Requirement", "R4-10.4")]
    public async Task Status_tells_who_is_and_was_connected_with_start_and_end()
    {
        await using var service = new TestService();
        await using (var gone = service.Connect()) await gone.DoneAsync("""{"type":"say","text":"bye"}""");
        await service.End;
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await using var peer = service.Connect();

        var (status, lines) = await peer.DoneAsync("""{"type":"status"}""");
        var sessions = Protocol.Transfer.LinesReader.Read(lines).Select(Protocol.Messages.SessionEntry.Read).ToList();

        Assert.Equal(1, status.Number("clients"));
        Assert.Equal(["Client01", "Client02"], sessions.Select(session => session.Name));
        Assert.NotNull(sessions[0].End);
        Assert.Null(sessions[1].End);
    }

    [Fact]
    [Trait("Requirement", "R4-1.5")]
    [Trait("Requirement", "R4-3.8")]
    [Trait("Requirement", "R4-10.7")]
    public async Task Say_is_acknowledged()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        var (said, _) = await peer.DoneAsync("""{"type":"say","text":"hello there"}""");

        Assert.Equal("hello there ACK", said.Text("text"));
    }

    [Fact]
    public async Task An_id_is_echoed_whatever_becomes_of_the_request()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        Assert.Equal(7, (await peer.AskAsync("""{"id":7,"type":"say","text":"x"}""")).Head.Number("id"));
        Assert.Equal("a-b", (await peer.AskAsync("""{"id":"a-b","type":"stat","filename":"no.jpg"}""")).Head.Text("id"));
        Assert.False((await peer.AskAsync("""{"type":"say","text":"x"}""")).Head.Has("id"));
    }
}
