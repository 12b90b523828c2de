using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class ScrubTests : IDisposable
{
    const int Rate = 1_000_000;

    readonly TestFolder folder = new();
    readonly ManualClock clock = new() { Skip = TimeSpan.FromSeconds(30) };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task It_reads_no_faster_than_it_was_told()
    {
        await PutAsync("a.jpg", "b.jpg");
        await using (await OpenAsync()) await ScrubbedAsync();
        Assert.InRange(clock.Waits.Sum(wait => wait.TotalSeconds), 1.98, 2.2);
        Assert.All(clock.Waits, wait => Assert.InRange(wait.TotalSeconds, 0, 0.5));
    }

    [Fact]
    public async Task While_an_upload_arrives_it_goes_at_a_tenth_of_its_rate()
    {
        await PutAsync("a.jpg", "b.jpg");
        var slow = new ManualClock();
        var start = slow.GetUtcNow();
        await using var store = await FolderStore.OpenAsync(folder.Options(slow) with { ScrubRate = Rate }, Cancel);
        await Wait.UntilAsync(() => Task.FromResult(slow.HasTimerWithin(TimeSpan.FromSeconds(1))));
        await using var upload = await store.BeginAsync(Intent("new.jpg", Noise(100)));
        await Wait.UntilAsync(() =>
        {
            slow.Advance(TimeSpan.FromMilliseconds(50));
            return Task.FromResult(folder.Happened(StoreEventKind.Scrubbed));
        });
        Assert.True(slow.GetUtcNow() - start > TimeSpan.FromSeconds(17), $"it took {slow.GetUtcNow() - start}");
    }

    [Fact]
    public async Task In_a_folder_that_nobody_has_read_yet_it_begins_when_all_has_been_read()
    {
        for (var i = 0; i < 100; i++) folder.Write($"{i:D3}.jpg", Bytes($"{i}"));
        await using (await OpenAsync()) await ScrubbedAsync();
        Assert.Contains(folder.Events, happened => happened is { Kind: StoreEventKind.Scrubbed, Message: var message } && message.Contains(" 100 images, 0 of them", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_restart_it_goes_on_where_it_was()
    {
        await PutAsync("a.jpg", "b.jpg", "c.jpg");
        Directory.CreateDirectory(folder.File(".wirephoto"));
        await File.WriteAllTextAsync(folder.File(".wirephoto/scrub"), "b.jpg", Cancel);
        await using (await OpenAsync()) await ScrubbedAsync();
        Assert.Contains(folder.Events, happened => happened is { Kind: StoreEventKind.Scrubbed, Message: var message } && message.Contains(" 1 images, 0 of them", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\0\0\0")]
    [InlineData("zzzz")]
    public async Task A_position_that_makes_no_sense_does_no_harm(string position)
    {
        await PutAsync("a.jpg");
        await File.WriteAllTextAsync(folder.File(".wirephoto/scrub"), position, Cancel);
        await using (await OpenAsync()) await ScrubbedAsync();
    }

    [Fact]
    public async Task Images_that_come_change_and_go_while_it_runs_are_no_damage()
    {
        await PutAsync("a.jpg", "b.jpg", "c.jpg");
        await using var store = await OpenAsync();
        for (var i = 0; i < 100; i++)
        {
            await store.PutAsync($"more{i}.jpg", Noise(5000, i));
            if (i % 2 == 0) await store.DeleteAsync(Name($"more{i}.jpg"), null, Cancel);
        }

        await ScrubbedAsync();
        Assert.False(folder.Happened(StoreEventKind.Damaged));
        Assert.False(folder.Happened(StoreEventKind.ReadFailed));
    }

    async Task PutAsync(params string[] names)
    {
        await using var store = await folder.OpenAsync();
        foreach (var name in names) await store.PutAsync(name, Noise(983_616));
    }

    Task<FolderStore> OpenAsync() => FolderStore.OpenAsync(folder.Options(clock) with { ScrubRate = Rate }, Cancel);

    Task ScrubbedAsync() => Wait.UntilAsync(() => Task.FromResult(folder.Happened(StoreEventKind.Scrubbed)));
}
