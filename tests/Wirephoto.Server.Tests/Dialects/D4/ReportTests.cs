using System.Globalization;
using System.Text;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Tests.Dialects.D4;

public sealed class ReportTests
{
    const string Time = "yyyy-MM-dd HH:mm:ss";

    [Fact]
    [Trait("Requirement", "R4-3.6")]
    public async Task An_empty_store_is_told_in_words()
    {
        await using var service = new SessionService();
        var wire = await service.GreetedAsync();

        Assert.Equal("No files available.", await wire.AskAsync("list"));
    }

    [Fact]
    [Trait("Requirement", "R4-3.6")]
    [Trait("Requirement", "R4-1.2")]
    [Trait("Requirement", "R4-10.5")]
    public async Task List_has_one_line_for_each_image_at_the_top_with_its_size()
    {
        await using var service = new SessionService();
        await service.StoreAsync("photo.jpg", new byte[36 * 1024]);
        await service.StoreAsync("a b.png", new byte[1023]);
        await service.StoreAsync("big.png", new byte[(5 << 20) / 2]);
        await service.StoreAsync("edge.png", new byte[1024 * 1024 - 1]);
        await service.StoreAsync("iceland/inner.png", new byte[10]);
        var wire = await service.GreetedAsync();

        Assert.Equal("a b.png  1023 B\nbig.png  2.5 MB\nedge.png  1.0 MB\nphoto.jpg  36.0 KB", await wire.AskAsync("list"));
        await service.Log.ShowsAsync(line => line.EndsWith(" LIST success 4 images (D4)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(100, 40)]
    [InlineData(3000, 12)]
    [InlineData(40, 250)]
    public async Task A_list_that_is_too_long_is_cut_at_a_line_and_says_how_many_more_there_are(int images, int nameLength)
    {
        await using var service = new SessionService();
        for (var i = 0; i < images; i++) await service.StoreAsync($"{i:0000}".PadRight(nameLength - 4, 'ä')[..(4 + ((nameLength - 8) / 2))] + ".png", [1]);
        var wire = await service.GreetedAsync();

        var text = (await wire.AskAsync("list"))!;
        var lines = text.Split('\n');

        Assert.InRange(Encoding.UTF8.GetByteCount(text), 4096 - nameLength - 30, 4096);
        Assert.Equal($"... and {images - (lines.Length - 1)} more", lines[^1]);
        Assert.All(lines[..^1].Index(), line => Assert.StartsWith($"{line.Index:0000}", line.Item, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Requirement", "R4-3.5")]
    [Trait("Requirement", "R4-3.2")]
    [Trait("Requirement", "R4-2.5")]
    [Trait("Requirement", "R4-1.4")]
    [Trait("Requirement", "R4-10.4")]
    public async Task Status_has_one_line_for_each_client_with_its_times_the_oldest_first()
    {
        await using var service = new SessionService();
        var first = await service.GreetedAsync();
        var began = Now(service);
        service.Clock.Advance(TimeSpan.FromSeconds(82));
        await first.AskAsync("exit");
        Assert.Equal(ConnectionEnd.Goodbye, await service.End);
        var ended = Now(service);
        service.Clock.Advance(TimeSpan.FromSeconds(5));
        var second = await service.GreetedAsync();

        Assert.Equal($"Client01: {began} - {ended}\nClient02: {Now(service)} - Active", await second.AskAsync("status"));
    }

    [Fact]
    public async Task A_status_that_is_too_long_keeps_the_newest_because_they_are_still_there()
    {
        await using var service = new SessionService();
        for (var i = 0; i < 150; i++)
        {
            await (await service.GreetedAsync()).AskAsync("exit");
            await service.End;
        }

        var text = (await (await service.GreetedAsync()).AskAsync("status"))!;
        var lines = text.Split('\n');

        Assert.InRange(Encoding.UTF8.GetByteCount(text), 4000, 4096);
        Assert.Equal($"... and {151 - (lines.Length - 1)} more", lines[^1]);
        Assert.StartsWith("Client151: ", lines[^2], StringComparison.Ordinal);
        Assert.EndsWith(" - Active", lines[^2], StringComparison.Ordinal);
        Assert.StartsWith($"Client{151 - (lines.Length - 2)}: ", lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_fits_with_the_line_that_counts_the_rest_at_every_number_of_sessions()
    {
        await using var service = new SessionService();
        for (var i = 1; i <= 90; i++)
        {
            var text = (await (await service.GreetedAsync()).AskAsync("status"))!;
            Assert.InRange(Encoding.UTF8.GetByteCount(text), 1, 4096);
            Assert.True(text.Contains("more", StringComparison.Ordinal) ? i > 80 : text.Split('\n').Length == i);
        }
    }

    static string Now(SessionService service) => service.Clock.GetLocalNow().ToString(Time, CultureInfo.InvariantCulture);
}
