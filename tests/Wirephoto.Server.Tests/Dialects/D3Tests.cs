using System.Buffers.Binary;
using System.Text;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects;

public sealed class D3Tests
{
    static readonly byte[] Photo = TestPng.Make(64, 48, seed: 1);
    static readonly byte[] Invalid = "invalid"u8.ToArray();

    [Fact]
    [Trait("Requirement", "R3-5.L.1")]
    [Trait("Requirement", "R3-5.L.2")]
    [Trait("Requirement", "R3-5.L.3")]
    [Trait("Requirement", "R3-4.5")]
    public async Task List_gives_the_names_that_can_be_fetched_and_closes()
    {
        await using var service = DialectService.Create();
        Assert.Empty(await service.AnswerAsync("list "u8.ToArray()));

        await service.StoreAsync(Photo, "zero.png", "my cat.png", "a.png b.png", "folder/c.png", "a.png");

        Assert.Equal("a.png\nmy cat.png\nzero.png"u8.ToArray(), await service.AnswerAsync("list "u8.ToArray()));
        Assert.Equal("a.png\nmy cat.png\nzero.png"u8.ToArray(), await service.AnswerAsync("list get a.png "u8.ToArray()));
    }

    [Theory]
    [InlineData("get my cat.png ")]
    [InlineData("get my cat.png put other.png ")]
    [InlineData("get MY CAT.PNG ")]
    [InlineData("get client_data/my cat.png ")]
    [Trait("Requirement", "R3-5.D.1")]
    [Trait("Requirement", "R3-5.D.4")]
    [Trait("Requirement", "R3-7.3")]
    public async Task Get_gives_a_length_and_the_bytes(string request)
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(Photo, "my cat.png");

        Assert.Equal(Framed(Photo), await service.AnswerAsync(Encoding.ASCII.GetBytes(request)));
    }

    [Theory]
    [InlineData("get missing.png ", "not_found")]
    [InlineData("get a.gif\u0001", "unsupported_type")]
    [InlineData("get \u0001", "bad_name")]
    [InlineData("get \u00ff.png ", "bad_name")]
    [InlineData("put a.png ", "exists")]
    [InlineData("put A.PNG ", "exists")]
    [InlineData("put .png ", "bad_name")]
    [Trait("Requirement", "R3-5.U.2")]
    [Trait("Requirement", "R3-5.D.2")]
    public async Task A_refused_request_gets_invalid_at_once_and_the_log_says_why(string request, string error)
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(Photo, "a.png");

        Assert.Equal(Invalid, await service.AnswerAsync(Encoding.Latin1.GetBytes(request)));
        await service.Log.ShowsAsync(line => line.Contains($"failure {error}: ", StringComparison.Ordinal) && line.EndsWith("(D3)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("get a.gif ")]
    [InlineData("put a ")]
    public async Task A_wrong_type_is_refused_as_soon_as_no_more_of_a_name_follows(string request)
    {
        await using var service = DialectService.Create();
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync(Encoding.ASCII.GetBytes(request));

        await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(TimeSpan.FromSeconds(1)));
        service.Clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Invalid, await client.RestAsync());
    }

    [Fact]
    public async Task A_request_without_end_is_refused()
    {
        await using var service = DialectService.Create();

        Assert.Equal(Invalid, await service.AnswerAsync([.. "get "u8, .. Enumerable.Repeat((byte)'a', 5000)]));
    }

    [Fact]
    [Trait("Requirement", "R3-5.U.1")]
    [Trait("Requirement", "R3-5.U.3")]
    [Trait("Requirement", "R3-5.U.4")]
    public async Task Put_stores_what_comes_after_a_pause()
    {
        await using var service = DialectService.Create();
        var (server, client) = MemoryDuplex.Create();
        await using (var peer = service.Connect((server, client)))
        {
            await peer.SendAsync("put a.png "u8.ToArray());
            await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(service.Options.Limits.BodyPause) && !service.Clock.HasTimerWithin(service.Options.Limits.Head));
            service.Clock.Advance(TimeSpan.FromSeconds(6));
            await peer.SendAsync([.. Framed(Photo), .. Invalid]);
            Assert.Empty(await client.RestAsync());
        }

        Assert.Equal(Photo, await service.FindAsync("a.png"));
        await service.Log.ShowsAsync(line => line.Contains($"PUT a.png success stored {Photo.Length} bytes (D3)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("put my cat.png ")]
    [InlineData("put my cat.png get other.png ")]
    [InlineData("put my cat.png list ")]
    public async Task Put_finds_the_length_behind_the_name_and_further_arguments_however_they_are_split(string request)
    {
        await using var service = DialectService.Create();
        var small = TestPng.Make(2, 2, seed: 2);
        byte[] all = [.. Encoding.ASCII.GetBytes(request), .. Framed(small)];

        for (var cut = 0; cut < all.Length; cut += 3)
        {
            Assert.Empty(await service.AnswerAsync(all[..cut], all[cut..]));
            Assert.Equal(small, await service.FindAsync("my cat.png"));
            await using var peer = service.Connect();
            await peer.DoneAsync("""{"type":"delete","filename":"my cat.png"}""");
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x20, 0, 0, 1 })]
    [InlineData(new byte[] { 0x41, 0, 0, 1 })]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 1 })]
    public async Task Put_of_512_MiB_or_more_is_refused_although_the_length_looks_like_text(byte[] length)
    {
        await using var service = DialectService.Create();

        Assert.Equal(Invalid, await service.AnswerAsync([.. "put a.png "u8, .. length, .. Photo]));
        Assert.Null(await service.FindAsync("a.png"));
    }

    [Fact]
    public async Task A_client_that_vanishes_anywhere_in_a_put_publishes_nothing()
    {
        await using var service = DialectService.Create();
        byte[] all = [.. "put cat.png x "u8, .. Framed(TestPng.Make(2, 2, seed: 2))];

        for (var cut = 0; cut < all.Length; cut++)
        {
            await using var peer = service.Connect();
            await peer.SendAsync(all[..cut]);
            peer.Hang();
            await service.End;
        }

        Assert.Equal(0, (await service.Store.StatusAsync(TestContext.Current.CancellationToken)).Images);
    }

    [Theory]
    [InlineData(0, "empty")]
    [InlineData(5, "not_an_image")]
    public async Task What_fails_once_the_data_come_is_logged_and_not_published(int length, string error)
    {
        await using var service = DialectService.Create();

        Assert.Empty(await service.AnswerAsync([.. "put cat.png "u8, 0, 0, 0, (byte)length, .. "bytes"u8]));

        await service.Log.ShowsAsync(line => line.Contains($"PUT cat.png failure {error}: ", StringComparison.Ordinal) && line.Contains("can't be told", StringComparison.Ordinal));
        Assert.Null(await service.FindAsync("cat.png"));
    }

    [Fact]
    public async Task Invalid_as_the_first_word_is_ignored()
    {
        await using var service = DialectService.Create();

        Assert.Empty(await service.AnswerAsync(Invalid));
        Assert.Equal(ConnectionEnd.ClosedByClient, await service.End);
        Assert.DoesNotContain(service.Log.All, line => line.Contains("failure", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("get a.pn", "invalid")]
    [InlineData("put a.png ", "invalid")]
    [InlineData("put a.png list ", "invalid")]
    [InlineData("put a.png \0\0", "invalid")]
    public async Task Every_phase_has_a_deadline(string sent, string told)
    {
        // Such that the phases are told apart by their timers; the refusal's own deadline, which follows from BodyPause, among them.
        var limits = new ServerLimits { FirstByte = TimeSpan.FromHours(9), Head = TimeSpan.FromHours(1) };
        if (sent == "get a.pn") limits = limits with { BodyPause = TimeSpan.FromHours(5) };
        var phase = sent == "get a.pn" ? limits.Head : limits.BodyPause;
        await using var service = DialectService.Create(new ServerOptions { Port = 5000, Folder = ".", Limits = limits });
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync(Encoding.Latin1.GetBytes(sent));

        await service.Clock.PassAsync(phase, until: service.End);

        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
        Assert.Equal(told, Encoding.ASCII.GetString(await client.RestAsync()));
    }

    [Fact]
    public async Task Data_that_stop_run_out_of_time_and_publish_nothing()
    {
        await using var service = DialectService.Create();
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync([.. "put a.png "u8, .. Framed(Photo)[..^1]]);

        await service.Clock.PassAsync(service.Options.Limits.BodyPause, until: service.End);

        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
        Assert.Null(await service.FindAsync("a.png"));
    }

    static byte[] Framed(ReadOnlySpan<byte> bytes)
    {
        var framed = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed, bytes.Length);
        bytes.CopyTo(framed.AsSpan(4));
        return framed;
    }
}
