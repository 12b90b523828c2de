using Wirephoto.Protocol;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Sessions;

/// <summary>Long pages of listings: for a client that asks, and a few at a time.</summary>
public sealed class LongPageTests
{
    const string Short = """{"type":"list","recursive":true}""";
    const string Long = """{"type":"list","recursive":true,"limit":1000000}""";

    [Fact]
    public async Task A_page_has_a_thousand_entries_unless_the_client_asks_for_more_and_never_more_than_announced()
    {
        await using var service = new TestService(store: new ManyImages(30_000));
        await using var peer = service.Connect();

        Assert.Equal(1000, await CountAsync(peer, Short));
        Assert.Equal(7, await CountAsync(peer, """{"type":"list","recursive":true,"limit":7}"""));
        Assert.Equal(2500, await CountAsync(peer, """{"type":"list","recursive":true,"limit":2500}"""));
        Assert.Equal(service.Options.Announced.List, await CountAsync(peer, Long));
    }

    [Fact]
    public async Task While_a_client_does_not_take_its_long_page_others_get_pages_of_the_usual_length()
    {
        var store = new ManyImages(30_000);
        await using var service = new TestService(Limits(longPages: 1), store);
        await using var slow = service.Connect();
        await using var other = service.Connect();
        await slow.SendAsync(Long);
        await Eventually.TrueAsync(() => store.Lists > 1);

        for (var i = 0; i < 3; i++) Assert.Equal(1000, await CountAsync(other, Long));
        Assert.Equal(10_000, (await slow.ReceiveAsync())!.Value.Head.Number("count"));
        await Eventually.TrueAsync(async () => await CountAsync(other, Long) == 10_000);
    }

    [Fact]
    public async Task A_client_that_goes_away_gives_its_place_back_and_a_listing_that_fails_never_keeps_one()
    {
        var store = new ManyImages(30_000);
        await using var service = new TestService(Limits(longPages: 1), store);
        await using var other = service.Connect();
        await using (var gone = service.Connect())
        {
            await gone.SendAsync(Long);
            await Eventually.TrueAsync(() => store.Lists > 1);
            Assert.Equal(1000, await CountAsync(other, Long));
        }

        await Eventually.TrueAsync(async () => await CountAsync(other, Long) == 10_000);
        store.Broken = true;
        await other.RefusedAsync("storage_failed", Long);
        store.Broken = false;
        await Eventually.TrueAsync(async () => await CountAsync(other, Long) == 10_000);
    }

    [Fact]
    public async Task A_page_that_is_not_long_takes_no_place_whatever_was_asked_for()
    {
        var store = new ManyImages(1000, new string('x', 100));
        await using var service = new TestService(Limits(longPages: 1), store);
        await using var slow = service.Connect();
        await slow.SendAsync(Long);
        await slow.SendAsync(Long);
        await Eventually.TrueAsync(() => store.Lists == 2);

        using var place = service.Images.LongPages.TryEnter();
        Assert.NotNull(place);
        Assert.Null(service.Images.LongPages.TryEnter());
    }

    [Fact]
    public async Task What_holds_a_place_waits_alone_on_its_connection_however_short_its_lines_are()
    {
        using var places = new LongPages(1);
        await using var held = new LinesBody(new LinesWriter(), places.TryEnter());
        await using var small = new LinesBody(new LinesWriter());
        Assert.Equal((true, false), (held.IsLarge, small.IsLarge));
    }

    [Fact]
    public async Task The_longest_page_of_the_longest_names_is_no_more_than_a_client_accepts()
    {
        // Private use: three bytes in a name, and six in JSON.
        var folder = string.Concat(Enumerable.Repeat(new string('\ue000', 83) + "/", 4));
        await using var service = new TestService(store: new ManyImages(30_000, folder));
        await using var peer = service.Connect();

        var (head, body) = await peer.DoneAsync(Long);
        Assert.InRange(body.Length, ProtocolLimits.LinesBytes / 2, ProtocolLimits.LinesBytes);
        Assert.Equal(head.Number("count"), LinesReader.ReadListing(body).Count);
        Assert.True(head.Has("next"));
    }

    static ServerOptions Limits(int longPages) => new() { Port = 5000, Folder = ".", Limits = new ServerLimits { LongPages = longPages } };

    static async Task<long> CountAsync(RawPeer peer, string request) => (await peer.DoneAsync(request)).Head.Number("count");
}
