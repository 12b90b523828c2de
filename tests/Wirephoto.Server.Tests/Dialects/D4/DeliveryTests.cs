using System.Text;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D4;

public sealed class DeliveryTests
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(50);

    [Theory]
    [Trait("Requirement", "R4-3.7")]
    [InlineData("get nothere.png")]
    [InlineData("get ../secret.png")]
    [InlineData("get ..")]
    [InlineData("get notes.txt")]
    [InlineData("get a\u0001b.png")]
    [InlineData("get folder/")]
    public async Task What_is_not_there_or_can_not_be_is_not_found(string said)
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        Assert.Equal("File not found.", await wire.AskAsync(said));
        Assert.Equal("x ACK", await wire.AskAsync("x"));
        await service.Log.ShowsAsync(line => line.Contains(" GET ", StringComparison.Ordinal) && line.Contains(" failure ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("get photo.jpg")]
    [InlineData("GET  photo.jpg\r\n")]
    [InlineData("get PHOTO.JPG")]
    [InlineData("get some/where/photo.jpg")]
    [InlineData("get C:\\pictures\\photo.jpg")]
    public async Task A_name_is_the_last_segment_of_what_was_sent_in_any_case(string said)
    {
        await using var service = new SessionService();
        await service.StoreAsync("photo.jpg", TestJpeg.OfSize(500, seed: 1));
        var wire = await service.GreetedAsync();

        Assert.Equal("START 500 photo.jpg", await wire.AskAsync(said));
        wire.Abort();
        await PassAsync(service, Pause);
    }

    // 1 to 8 are no images, but nothing may depend on that; 256 KiB is what is read at a time.
    [Theory]
    [Trait("Requirement", "R4-3.7")]
    [Trait("Requirement", "R4-8.1")]
    [Trait("Requirement", "R4-1.3")]
    [Trait("Requirement", "R4-10.6")]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(128)]
    [InlineData(1024)]
    [InlineData(1028)]
    [InlineData(1029)]
    [InlineData((40 * 1024) + 4)]
    [InlineData((256 * 1024) + 4)]
    [InlineData((256 * 1024) + 6)]
    [InlineData((256 * 1024) + 7)]
    [InlineData((256 * 1024) + 8)]
    [InlineData((1024 * 1024) + 4)]
    public async Task An_image_arrives_byte_for_byte_between_START_and_END(int size)
    {
        var image = size >= TestPng.SmallestSize ? TestPng.OfSize(size, seed: size) : Encoding.ASCII.GetBytes("IEND\u0001\u0002\u0003\u0004"[^size..]);

        await ExpectAsync(image);
    }

    [Theory]
    [InlineData("END", 1)]
    [InlineData("ENDEND", 1)]
    [InlineData("EENDD", 1)]
    [InlineData("END", 3000)]
    public async Task An_END_of_the_images_own_is_never_taken_for_the_last_word(string word, int times)
    {
        // Motion photos have data behind their last marker: here the image itself ends with the word, too.
        byte[] image = [.. TestJpeg.Start, .. TestJpeg.Segment(0xfe, Encoding.ASCII.GetBytes(word)), .. TestJpeg.OfSize(300_000, seed: 1)[2..], .. Encoding.ASCII.GetBytes(word)];
        if (times > 1) image = [.. image, .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(word, times)))];

        // The pauses for an image that was made of them are bounded: then it arrives, but a client may be misled.
        await ExpectAsync(image, misleading: times > 64);
    }

    [Theory]
    [InlineData(256 * 1024)]
    [InlineData((256 * 1024) - 1)]
    [InlineData((256 * 1024) - 2)]
    [InlineData((256 * 1024) - 3)]
    [InlineData((256 * 1024) - 4)]
    public async Task An_END_that_two_reads_share_is_found(int at)
    {
        var image = new byte[400_000];
        "END"u8.CopyTo(image.AsSpan(at));

        await ExpectAsync(image);
    }

    [Fact]
    public async Task START_the_data_and_END_wait_for_what_is_before_them_to_arrive_and_then_a_pause()
    {
        await using var service = new SessionService();
        await service.StoreAsync("a.png", TestPng.OfSize(128, seed: 1));
        var wire = await service.GreetedAsync();
        wire.OnTheWay = 20;
        Assert.Equal("START 128 a.png", await wire.AskAsync("get a.png"));
        foreach (var (part, pause) in new[] { (122, Pause), (6, Pause * 2), (3, Pause * 2) })
        {
            // While bytes are on their way, no pause counts.
            for (var i = 0; i < 100; i++) await PassAsync(service, TimeSpan.FromMilliseconds(5));
            Assert.False(wire.HasHeard);
            wire.OnTheWay = 0;
            await PassAsync(service, TimeSpan.FromMilliseconds(5));
            await PassAsync(service, pause - TimeSpan.FromMilliseconds(1), within: pause);
            Assert.False(wire.HasHeard);
            wire.OnTheWay = 20;
            service.Clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(part, (await wire.HearAsync())!.Value.Bytes.Length);
        }
    }

    [Fact]
    public async Task A_large_image_leaves_its_client_more_time_before_the_last_bytes()
    {
        await using var service = new SessionService();
        await service.StoreAsync("a.png", new byte[4 << 20]);
        var wire = await service.GreetedAsync();
        wire.Say("get a.png");
        var writes = await HearTransferAsync(service, wire);

        Assert.Equal(TimeSpan.FromMilliseconds(200 + (3 * 50)), writes[^2].At - writes[^3].At);
        Assert.Equal(TimeSpan.FromMilliseconds(200), writes[^1].At - writes[^2].At);
    }

    [Fact]
    public async Task A_client_that_does_not_confirm_what_it_gets_is_cut_off()
    {
        var limits = new ServerLimits { BodyPause = TimeSpan.FromSeconds(1), BodyRate = 1 << 20 };
        await using var service = new SessionService(new ServerOptions { Port = 5000, Folder = ".", Limits = limits });
        await service.StoreAsync("a.png", TestPng.OfSize(128, seed: 1));
        var wire = await service.GreetedAsync();
        wire.OnTheWay = 20;
        await wire.AskAsync("get a.png");
        for (var i = 0; i < 300 && !service.End.IsCompleted; i++) await PassAsync(service, TimeSpan.FromMilliseconds(5), orEnd: true);

        Assert.Equal(ConnectionEnd.NotRead, await service.End);
        await service.Log.ShowsAsync(line => line.EndsWith(" GET a.png failure the image was not sent whole: NotRead (D4)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_client_that_vanishes_inside_an_image_ends_the_session(int parts)
    {
        await using var service = new SessionService();
        await service.StoreAsync("a.png", TestPng.OfSize(128, seed: 1));
        var wire = await service.GreetedAsync();
        await wire.AskAsync("get a.png");
        for (var i = 0; i < parts; i++) await HearNextAsync(service, wire);
        wire.Abort();
        await PassAsync(service, LongestPause);

        Assert.Equal(ConnectionEnd.Lost, await service.End);
        await service.Log.ShowsAsync(line => line.EndsWith(" GET a.png failure the image was not sent whole: Lost (D4)", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connection_that_can_not_tell_what_is_on_its_way_holds_few_bytes()
    {
        await using var service = new SessionService();
        var able = service.Connect();
        var unable = service.Connect(onTheWay: null);
        await unable.HearTextAsync();
        await able.HearTextAsync();

        Assert.Null(able.FewBytes);
        Assert.InRange(unable.FewBytes!.Value, 1, 64 * 1024);
    }

    static async Task PassAsync(SessionService service, TimeSpan time, TimeSpan? within = null, bool orEnd = false)
    {
        await Eventually.TrueAsync(() => service.Clock.HasTimerWithin(within ?? time) || (orEnd && service.End.IsCompleted));
        service.Clock.Advance(time);
    }

    static async Task ExpectAsync(byte[] image, bool misleading = false)
    {
        await using var service = new SessionService();
        await service.StoreAsync("a.png", image);
        var wire = await service.GreetedAsync();
        wire.Say("get a.png");
        var writes = await HearTransferAsync(service, wire);

        Assert.Equal($"START {image.Length} a.png", Encoding.ASCII.GetString(writes[0].Bytes));
        Assert.Equal("END", Encoding.ASCII.GetString(writes[^1].Bytes));
        Assert.Equal(image, writes[1..^1].SelectMany(write => write.Bytes).ToArray());
        Assert.All(writes, write => Assert.NotEmpty(write.Bytes));
        Assert.All(writes.Zip(writes.Skip(1)).Where(pair => pair.First.At != pair.Second.At), pair => Assert.True(pair.Second.At - pair.First.At >= ShortestPause));

        // What has no pause between it may arrive together; START, the last bytes and END stand alone, and no receive of a client has the last word too early.
        var parts = writes.GroupBy(write => write.At).Select(part => part.SelectMany(write => write.Bytes).ToArray()).ToList();
        Assert.Equal("END"u8.ToArray(), parts[^1]);
        Assert.Equal($"START {image.Length} a.png", Encoding.ASCII.GetString(parts[0]));
        if (image.Length > 6) Assert.True(parts[^2].Length <= 6);
        if (!misleading) Assert.All(parts[1..^1], part => Assert.True(part.AsSpan().IndexOf("END"u8) < 0));
        Assert.Equal("x ACK", await wire.AskAsync("x"));
    }

    static async Task<List<(byte[] Bytes, DateTimeOffset At)>> HearTransferAsync(SessionService service, MessageWire wire)
    {
        List<(byte[] Bytes, DateTimeOffset At)> writes = [];
        do writes.Add(await HearNextAsync(service, wire));
        while (!writes[^1].Bytes.AsSpan().SequenceEqual("END"u8));
        return writes;
    }

    // Lets time pass while the server pauses.
    static async Task<(byte[] Bytes, DateTimeOffset At)> HearNextAsync(SessionService service, MessageWire wire)
    {
        await Eventually.TrueAsync(() =>
        {
            if (wire.HasHeard) return true;
            if (service.Clock.HasTimerWithin(LongestPause)) service.Clock.Advance(Pause);
            return false;
        });
        return (await wire.HearAsync())!.Value;
    }
}
