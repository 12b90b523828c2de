using System.Buffers.Binary;
using System.Text;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects;

public sealed class D2Tests
{
    static readonly byte[] Photo = TestPng.Make(64, 48, seed: 1);

    [Fact]
    [Trait("Requirement", "R2-2.1")]
    [Trait("Requirement", "R2-2.5")]
    [Trait("Requirement", "R2-8.1")]
    public async Task List_gives_the_images_at_the_top_each_with_a_line_feed_behind_a_length()
    {
        await using var service = DialectService.Create();
        Assert.Equal(new byte[8], await service.AnswerAsync("LIST\n"u8.ToArray()));

        await service.StoreAsync(Photo, "b.png", "a|b.png", "folder/c.png", "a.png");

        Assert.Equal(Framed("a.png\na|b.png\nb.png\n"u8), await service.AnswerAsync("LIST\n"u8.ToArray()));
    }

    [Fact]
    public async Task List_goes_on_beyond_one_page()
    {
        await using var service = DialectService.Create(new() { Port = 5000, Folder = ".", Announced = new() { List = 20 } });
        var names = Enumerable.Range(0, 45).Select(i => $"{i:D6}.png").ToArray();
        await service.StoreAsync(Photo, names);

        Assert.Equal(Framed(Encoding.ASCII.GetBytes(string.Concat(names.Select(name => name + "\n")))), await service.AnswerAsync("LIST\n"u8.ToArray()));
    }

    [Theory]
    [InlineData("GET|Photo.png\n")]
    [InlineData("GET|photo.png\n")]
    [InlineData("GET|photo.png\r\n")]
    [InlineData("GET|/home/me/photo.png\n")]
    [InlineData("GET|C:\\pictures\\photo.png\n")]
    [Trait("Requirement", "R2-2.2")]
    [Trait("Requirement", "R2-4.3.a")]
    [Trait("Requirement", "R2-4.4")]
    public async Task Get_gives_OK_a_length_and_the_bytes_whatever_case_and_folders_the_client_sends(string request)
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(Photo, "Photo.png");

        Assert.Equal("OK\n"u8.ToArray().Concat(Framed(Photo)), await service.AnswerAsync(Encoding.ASCII.GetBytes(request)));
    }

    [Fact]
    public async Task Get_prefers_the_exact_spelling()
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(Photo, "Photo.png");
        Assert.Equal(Photo, (await service.AnswerAsync("GET|photo.PNG\n"u8.ToArray()))[11..]);
        Assert.Equal(Photo, (await service.AnswerAsync("GET|Photo.png\n"u8.ToArray()))[11..]);
    }

    [Theory]
    [InlineData("GET|missing.png\n", "not_found")]
    [InlineData("GET|a.gif\n", "unsupported_type")]
    [InlineData("GET|\n", "bad_name")]
    [InlineData("GET|..\n", "bad_name")]
    [InlineData("GET|folder/\n", "bad_name")]
    [InlineData("GET|a\u0001.png\n", "bad_name")]
    [InlineData("GET|\u00ff.png\n", "bad_name")]
    [InlineData("PUT|Photo.PNG\n", "exists")]
    [InlineData("PUT|a.txt\n", "unsupported_type")]
    [InlineData("PUT|con.png\n", "bad_name")]
    [Trait("Requirement", "R2-1.3")]
    [Trait("Requirement", "R2-2.4")]
    [Trait("Requirement", "R2-2.6")]
    [Trait("Requirement", "R2-3.1")]
    [Trait("Requirement", "R2-4.3.b")]
    [Trait("Requirement", "R2-8.2")]
    public async Task A_request_that_is_rejected_gets_ER_before_any_data_and_the_log_says_why(string request, string error)
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(Photo, "photo.png", "folder/inside.png");

        Assert.Equal("ER\n"u8.ToArray(), await service.AnswerAsync(Encoding.Latin1.GetBytes(request)));
        Assert.Equal(ConnectionEnd.Answered, await service.End);
        await service.Log.ShowsAsync(line => line.Contains($"failure {error}: ", StringComparison.Ordinal) && line.EndsWith("(D2)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_line_without_end_is_refused()
    {
        await using var service = DialectService.Create();

        Assert.Equal("ER\n"u8.ToArray(), await service.AnswerAsync([.. "GET|"u8, .. Enumerable.Repeat((byte)'a', 5000)]));
    }

    [Fact]
    [Trait("Requirement", "R2-2.3")]
    [Trait("Requirement", "R2-7.1")]
    public async Task Put_is_granted_before_the_data_and_stores_them_byte_for_byte()
    {
        await using var service = DialectService.Create();
        var (server, client) = MemoryDuplex.Create();
        await using (var peer = service.Connect((server, client)))
        {
            await peer.SendAsync("PUT|cat.png\n"u8.ToArray());
            Assert.Equal("OK\n"u8.ToArray(), await client.TakeAsync(3));
            await peer.SendAsync(Framed(Photo));
            Assert.Empty(await client.RestAsync());
        }

        Assert.Equal(Photo, await service.FindAsync("cat.png"));
        await service.Log.ShowsAsync(line => line.Contains($"PUT cat.png success stored {Photo.Length} bytes (D2)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Put_takes_data_that_come_along_with_the_request()
    {
        await using var service = DialectService.Create();

        Assert.Equal("OK\n"u8.ToArray(), await service.AnswerAsync([.. "PUT|cat.png\n"u8, .. Framed(Photo)]));
        Assert.Equal(Photo, await service.FindAsync("cat.png"));
    }

    [Fact]
    [Trait("Requirement", "R2-8.3")]
    public async Task A_client_that_vanishes_anywhere_in_a_put_publishes_nothing()
    {
        await using var service = DialectService.Create();
        var small = TestPng.Make(2, 2, seed: 2);
        byte[] all = [.. "PUT|cat.png\n"u8, .. Framed(small)];

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
    [InlineData(0L, "empty")]
    [InlineData(5L, "not_an_image")]
    [InlineData(-1L, "too_large")]
    [InlineData(long.MaxValue, "too_large")]
    public async Task What_fails_after_OK_is_logged_and_not_published(long length, string error)
    {
        await using var service = DialectService.Create();
        var header = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(header, length);

        Assert.Equal("OK\n"u8.ToArray(), await service.AnswerAsync([.. "PUT|cat.png\n"u8, .. header, .. "bytes"u8]));

        await service.Log.ShowsAsync(line => line.Contains($"PUT cat.png failure {error}: ", StringComparison.Ordinal) && line.Contains("can't be told", StringComparison.Ordinal));
        Assert.Null(await service.FindAsync("cat.png"));
    }

    [Theory]
    [InlineData("PUT|cat", "ER\n")]
    [InlineData("PUT|cat.png\n", "OK\n")]
    [InlineData("PUT|cat.png\n\0\0\0", "OK\n")]
    [InlineData("PUT|cat.png\n\0\0\0\0\0\0\0\u0045half", "OK\n")]
    public async Task Every_phase_has_a_deadline(string sent, string told)
    {
        // Such that the phases are told apart by their timers; the refusal's own deadline, which follows from BodyPause, among them.
        var limits = new ServerLimits { FirstByte = TimeSpan.FromHours(9), Head = TimeSpan.FromHours(1) };
        if (told == "ER\n") limits = limits with { BodyPause = TimeSpan.FromHours(5) };
        var phase = told == "ER\n" ? limits.Head : limits.BodyPause;
        await using var service = DialectService.Create(new ServerOptions { Port = 5000, Folder = ".", Limits = limits });
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync(Encoding.Latin1.GetBytes(sent));
        if (told == "OK\n") Assert.Equal("OK\n"u8.ToArray(), await client.TakeAsync(3));

        await service.Clock.PassAsync(phase, until: service.End);

        Assert.Equal(ConnectionEnd.TimedOut, await service.End);
        Assert.Equal(told == "OK\n" ? "" : told, Encoding.ASCII.GetString(await client.RestAsync()));
    }

    [Fact]
    [Trait("Requirement", "R2-8.2")]
    public async Task Of_two_clients_that_were_both_granted_a_name_the_first_that_is_done_has_it()
    {
        await using var service = DialectService.Create();
        var first = MemoryDuplex.Create();
        var second = MemoryDuplex.Create();
        await using var one = service.Connect(first);
        await using var other = service.Connect(second);
        foreach (var (peer, client) in new[] { (one, first.Client), (other, second.Client) })
        {
            await peer.SendAsync("PUT|cat.png\n"u8.ToArray());
            Assert.Equal("OK\n"u8.ToArray(), await client.TakeAsync(3));
        }

        await other.SendAsync(Framed(Photo));
        Assert.Empty(await second.Client.RestAsync());
        await one.SendAsync(Framed(TestPng.Make(5, 5, seed: 9)));
        Assert.Empty(await first.Client.RestAsync());

        Assert.Equal(Photo, await service.FindAsync("cat.png"));
        await service.Log.ShowsAsync(line => line.Contains("PUT cat.png failure exists: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_that_does_not_take_its_image_is_given_up()
    {
        await using var service = DialectService.Create();
        await service.StoreAsync(TestPng.Make(600, 600, seed: 3), "large.png");
        var (server, client) = MemoryDuplex.Create();
        await using var peer = service.Connect((server, client));
        await peer.SendAsync("GET|large.png\n"u8.ToArray());
        await client.TakeAsync(3);

        await service.Clock.PassAsync(service.Options.Limits.SendPause, until: service.End);

        Assert.Equal(ConnectionEnd.NotRead, await service.End);
        await service.Log.ShowsAsync(line => line.Contains("GET large.png failure ", StringComparison.Ordinal) && line.Contains("not sent: NotRead", StringComparison.Ordinal));
    }

    static byte[] Framed(ReadOnlySpan<byte> bytes)
    {
        var framed = new byte[8 + bytes.Length];
        BinaryPrimitives.WriteInt64BigEndian(framed, bytes.Length);
        bytes.CopyTo(framed.AsSpan(8));
        return framed;
    }
}
