using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Server.Tests.Support;
using Wirephoto.Storage;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Sessions;

public sealed class RefusalTests
{
    static readonly byte[] Photo = TestJpeg.Make(64, 48, seed: 1);
    static readonly byte[] Other = TestJpeg.Make(64, 48, seed: 2);

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3.1")]
    [Trait("Requirement", "R0-3.1.1.3")]
    [Trait("Requirement", "R3-5.U.2")]
    [Trait("Requirement", "R2-8.2")]
    [Trait("Requirement", "R1-2.1")]
    [Trait("Requirement", "R1-4.PUT.3")]
    [Trait("Requirement", "R1-4.PUT.5")]
    [Trait("Requirement", "R1-5.3")]
    [Trait("Requirement", "R2-2.6")]
    public async Task An_image_is_never_overwritten_and_the_refusal_says_whether_it_is_the_same()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync(RawPeer.Put("a.jpg", Photo), Photo);

        var same = await peer.RefusedAsync("exists", RawPeer.Put("A.JPG", Photo), Photo);
        var different = await peer.RefusedAsync("exists", RawPeer.Put("a.jpg", Other), Other);
        var (_, kept) = await peer.DoneAsync("""{"type":"get","filename":"a.jpg"}""");

        Assert.True(same.OptionalFlag("same"));
        Assert.Equal("a.jpg", same.Text("filename"));
        Assert.False(different.OptionalFlag("same"));
        Assert.EndsWith("exists already, with other bytes", different.Text("message"), StringComparison.Ordinal);
        Assert.Equal(Photo, kept);
    }

    [Fact]
    public void Of_bytes_that_nobody_has_read_the_refusal_does_not_say_that_they_differ()
    {
        var name = ImageName.Parse("a.jpg", ImageTypes.Default);
        var unread = new StoredImage(name, 1000, Digest: null, Facts: null, default, default, Durable: false);

        Assert.Equal("'a.jpg' exists already", unread.Taken(new Digest(SHA256.HashData(Photo))).Message);
    }

    [Theory]
    [Trait("Requirement", "R0-1.d")]
    [Trait("Requirement", "R0-2.1.2.2")]
    [Trait("Requirement", "R2-3.1")]
    [Trait("Requirement", "R2-1.3")]
    [Trait("Requirement", "R2-2.4")]
    [Trait("Requirement", "R2-2.6")]
    [Trait("Requirement", "R2-3.2")]
    [InlineData("a.gif", "unsupported_type")]
    [InlineData("a", "unsupported_type")]
    [InlineData("a.jpg.exe", "unsupported_type")]
    [InlineData("../a.jpg", "bad_name")]
    [InlineData("/etc/a.jpg", "bad_name")]
    [InlineData("a//b.jpg", "bad_name")]
    [InlineData("a\\\\b.jpg", "bad_name")]
    [InlineData("a\\u0000.jpg", "bad_name")]
    [InlineData("a\\u202egpj.jpg", "bad_name")]
    [InlineData("con.jpg", "bad_name")]
    [InlineData(".wirephoto/a.jpg", "bad_name")]
    [InlineData("folder.png/a.jpg", "bad_name")]
    [InlineData("", "bad_name")]
    public async Task A_name_that_breaks_a_rule_is_refused_and_the_connection_goes_on(string name, string error)
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.RefusedAsync(error, RawPeer.Put(name, Photo), Photo);
        await peer.RefusedAsync(error, $$"""{"type":"begin","filename":"{{name}}","length":5,"upload":"00000000000000000000000000000001"}""");
        await peer.RefusedAsync(error, $$"""{"type":"get","filename":"{{name}}"}""");
        await peer.DoneAsync("""{"type":"say","text":"still here"}""");
    }

    [Theory]
    [InlineData("a.JPG")]
    [InlineData("b.JpEg")]
    [Trait("Requirement", "R0-1.a")]
    [Trait("Requirement", "R0-3.1.1.2")]
    [Trait("Requirement", "R1-1.2")]
    [Trait("Requirement", "R0-2.1.2.2")]
    public async Task Extensions_are_accepted_in_any_case(string name)
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.DoneAsync(RawPeer.Put(name, Photo), Photo);
    }

    [Fact]
    [Trait("Requirement", "R1-2.2")]
    [Trait("Requirement", "R1-4.PUT.3")]
    public async Task Empty_wrong_and_damaged_bytes_are_refused_with_the_reason_and_leave_nothing()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        var half = Photo[..(Photo.Length / 2)];
        var png = TestPng.Make(8, 8, seed: 1);

        await peer.RefusedAsync("empty", RawPeer.Put("a.jpg", []), []);
        await peer.RefusedAsync("not_an_image", RawPeer.Put("a.jpg", half), half);
        await peer.RefusedAsync("not_an_image", RawPeer.Put("a.jpg", png), png);
        await peer.RefusedAsync("wrong_digest", RawPeer.Put("a.jpg", Other).Replace($"\"size\":{Other.Length}", $"\"size\":{Photo.Length}", StringComparison.Ordinal), Photo);
        var (list, _) = await peer.DoneAsync("""{"type":"list"}""");

        Assert.Equal(0, list.Number("count"));
    }

    [Fact]
    [Trait("Requirement", "R0-3.1.1.4")]
    public async Task A_body_within_limits_is_read_away_when_its_request_is_refused()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.RefusedAsync("unknown_request", """{"type":"juggle","size":5}""", [1, 2, 3, 4, 5]);
        await peer.RefusedAsync("bad_request", """{"type":"put","size":3}""", [1, 2, 3]);
        await peer.RefusedAsync("bad_request", """{"size":3}""", [1, 2, 3]);
        await peer.RefusedAsync("bad_request", """{"type":"put","filename":"a.jpg"}""");
        await peer.DoneAsync("""{"type":"say","text":"x","size":4}""", [1, 2, 3, 4]);
    }

    [Fact]
    public async Task A_body_beyond_the_limits_is_refused_once_and_the_connection_closes()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        var refusal = await peer.RefusedAsync("too_large", """{"type":"put","filename":"a.jpg","size":4194305,"sha256":"x"}""");

        Assert.Equal(4 << 20, refusal.Number("limit"));
        Assert.Equal(Net.ConnectionEnd.ProtocolError, await service.End);
    }

    [Fact]
    [Trait("Requirement", "R2-1.3")]
    [Trait("Requirement", "R2-2.4")]
    public async Task An_image_longer_than_the_owner_allows_is_refused_before_a_byte_travels()
    {
        var options = new ServerOptions { Port = 5000, Folder = ".", Announced = new() { Length = 1000 } };
        await using var service = new TestService(options);
        await using var peer = service.Connect();

        var refusal = await peer.RefusedAsync("too_large", """{"type":"begin","filename":"a.jpg","length":1001,"upload":"00000000000000000000000000000001"}""");

        Assert.Equal(1000, refusal.Number("limit"));
    }

    [Theory]
    [Trait("Requirement", "R0-2.1.3.2")]
    [Trait("Requirement", "R1-5.3")]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("{\"type\":\"say\",\"type\":\"say\"}")]
    [InlineData("{\"type\":\"put\",\"size\":-1}")]
    [InlineData("{\"type\":\"put\",\"size\":1e3}")]
    [InlineData("{\"type\":\"put\",\"size\":9007199254740992}")]
    [InlineData("{\"type\":\"put\",\"size\":\"5\"}")]
    [InlineData("{\"type\":\"say\",\"id\":[1]}")]
    [InlineData("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":1}}}}}}}}}")]
    [InlineData("{\"type\":\"say\"} ")]
    [InlineData("{\"type\":\"say\",\"text\":\"\\ud800\"}")]
    public async Task A_head_that_breaks_the_rules_gets_one_error_and_the_connection_closes(string head)
    {
        await using var service = new TestService();
        await using var peer = service.Connect();

        await peer.RefusedAsync("bad_head", head);

        Assert.Equal(Net.ConnectionEnd.ProtocolError, await service.End);
        Assert.Null(await peer.ReceiveAsync());
    }

    [Fact]
    [Trait("Requirement", "R0-3.1.1.4")]
    public async Task Hello_that_is_not_first_and_tokens_without_users_are_refused()
    {
        await using var service = new TestService();
        await using var peer = service.Connect();
        await peer.DoneAsync("""{"type":"say","text":"first"}""");

        await peer.RefusedAsync("bad_request", """{"type":"hello","protocol":1}""");

        await using var stranger = service.Connect();
        await stranger.RefusedAsync("bad_token", """{"type":"hello","protocol":1,"token":"secret"}""");
        await service.End;
    }
}
