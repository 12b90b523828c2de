using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Folder.Watching;
using Wirephoto.Storage.Tests.Support;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>What other programs do in the folder while it is served, without anybody asking for the names; by hints alone and by rescans alone.</summary>
public sealed class FollowTests : IDisposable
{
    readonly TestFolder folder = new();
    readonly ManualClock clock = new();
    int read;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Files_that_other_programs_add_change_rename_and_remove_show_in_the_listing(bool watch)
    {
        await using var store = await OpenAsync(watch);
        Write("new.jpg", "new");
        Write("deep/er/still/x.png", "x");
        await ListsAsync(store, "deep/er/still/x.png", "new.jpg");

        Write("new.jpg", "changed");
        File.Move(folder.File("deep/er/still/x.png"), folder.File("deep/er/y.png"));
        await ListsAsync(store, "deep/er/y.png", "new.jpg");
        await UntilAsync(async () => (await store.FindByDigestAsync(DigestOf(Bytes("changed")), 9, Cancel)).Count == 1);

        File.Delete(folder.File("new.jpg"));
        await ListsAsync(store, "deep/er/y.png");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Folders_that_come_with_images_are_renamed_or_removed_are_followed(bool watch)
    {
        using var elsewhere = new TestFolder();
        for (var i = 0; i < 300; i++) elsewhere.Write($"trip/day{i % 3}/{i:D3}.jpg", Bytes("x"));
        await using var store = await OpenAsync(watch);
        Directory.Move(elsewhere.File("trip"), folder.File("trip"));
        await UntilAsync(async () => (await store.ListAllAsync(recursive: true)).Length == 300);
        Directory.Move(folder.File("trip/day1"), folder.File("second"));
        await UntilAsync(async () => (await store.ListAllAsync("second")).Length == 100 && (await store.ListAllAsync("trip")).Length == 2);
        Directory.Delete(folder.File("trip"), recursive: true);
        await ListsFoldersAsync(store, "second/");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task However_many_files_came_right_before_the_start_all_of_them_are_listed_soon(bool watch)
    {
        const int Files = Storage.Folder.Index.IndexReconcile.MostNames + 100;
        for (var i = 0; i < Files; i++) Write($"{i:D4}.jpg", "x", clock.GetUtcNow());
        await using var store = await OpenAsync(watch);
        await UntilAsync(async () => (await store.ListAllAsync()).Length == Files);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_half_copied_file_is_neither_listed_nor_served_until_it_is_still_and_valid(bool watch)
    {
        await using var store = await OpenAsync(watch);
        await store.PutAsync("old.jpg");
        Write("half.jpg", "BAD half", clock.GetUtcNow());
        Write("later.jpg", "not yet", clock.GetUtcNow());
        await clock.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["old.jpg"], await store.ListAllAsync());
        Assert.Equal(0, read);

        // The copy goes on, so the file is not still yet; only its name is taken.
        Write("half.jpg", "BAD half, three quarters", clock.GetUtcNow());
        var waiting = store.FindAsync(Name("half.jpg"), false, Cancel);
        await clock.PassAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(["old.jpg"], (await store.ListAllAsync()).Except(["later.jpg"]));
        Assert.False(folder.Happened(StoreEventKind.NotAnImage));
        Write("half.jpg", "whole at last", clock.GetUtcNow());
        await ListsAsync(store, "half.jpg", "later.jpg", "old.jpg");
        Assert.False(folder.Happened(StoreEventKind.NotAnImage));
        Assert.NotNull(await waiting);
        Assert.Equal(Bytes("whole at last"), await store.GetAsync("half.jpg"));
    }

    [Fact]
    public async Task A_file_that_is_being_written_keeps_its_name_and_a_commit_loses_to_it_at_once()
    {
        await using var store = await OpenAsync(watch: false);
        var bytes = Bytes("mine");
        await using var upload = await store.BeginAsync(Intent("cat.jpg", bytes));
        await upload.AppendAsync(bytes, Cancel);
        Write("cat.jpg", "the", clock.GetUtcNow());
        var result = await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel);
        Assert.False(result.Won);
        Assert.Null(result.Image.Digest);
        Assert.Equal(Bytes("the"), await File.ReadAllBytesAsync(folder.File("cat.jpg"), Cancel));
    }

    [Fact]
    public async Task A_young_file_is_taken_in_at_the_start_only_if_it_is_a_whole_image()
    {
        Write("whole.jpg", "whole", clock.GetUtcNow());
        Write("half.jpg", "BAD half", clock.GetUtcNow());
        await using var store = await OpenAsync(watch: false);
        Assert.Equal(["whole.jpg"], await store.ListAllAsync());
        Assert.Equal(Bytes("whole"), await store.GetAsync("whole.jpg"));
        await UntilAsync(() => Task.FromResult(folder.Happened(StoreEventKind.NotAnImage)));
        Assert.Equal(["whole.jpg"], await store.ListAllAsync());
    }

    [Fact]
    public async Task The_servers_own_images_are_never_read_again_whatever_hints_they_give()
    {
        await using var store = await OpenAsync(watch: true, rescan: TimeSpan.FromSeconds(5));
        await Task.WhenAll(Enumerable.Range(0, 200).Select(i => store.PutAsync($"own{i % 7}/{i}.jpg")));
        await clock.PassAsync(TimeSpan.FromSeconds(30));

        // One foreign image in the end shows that everything was looked at.
        Write("zzz.jpg", "foreign");
        await UntilAsync(async () => (await store.ListAllAsync()).Contains("zzz.jpg"));
        Assert.Equal(1, read);
    }

    [Fact]
    public void A_folder_that_can_not_be_watched_is_reported_with_the_remedy_and_looked_through_instead()
    {
        var hints = new Hints(clock, TimeSpan.FromSeconds(2));
        using var watch = FolderWatch.Start(folder.Options(clock, folder.File("missing")), hints);
        Assert.True(folder.Happened(StoreEventKind.WatchFailed));
        Assert.True(hints.Take(out _));
        Assert.False(hints.Take(out _));
    }

    [Fact]
    public async Task The_watch_that_every_system_has_gives_hints_too()
    {
        folder.Write("old/1.jpg", [1]);
        var hints = new Hints(clock, TimeSpan.Zero);
        using var watch = new SystemWatch(folder.Options(clock), hints);
        folder.Write("2.jpg", [2]);
        folder.Write(".wirephoto/3.jpg", [3]);
        Directory.Move(folder.File("old"), folder.File("renamed"));
        var told = new HashSet<string>();
        await Wait.UntilAsync(() =>
        {
            hints.Take(out var paths);
            told.UnionWith(paths);
            return Task.FromResult(told.IsSupersetOf(["2.jpg", "old", "renamed"]));
        });
        Assert.DoesNotContain(told, path => path.StartsWith('.'));
    }

    [Fact]
    public async Task What_happens_is_hinted_at_until_the_watch_is_stopped()
    {
        var hints = new Hints(clock, TimeSpan.Zero);
        using (FolderWatch.Start(folder.Options(clock), hints))
        {
            folder.Write("1.jpg", [1]);
            await Wait.UntilAsync(() => Task.FromResult(hints.Take(out var paths) | paths.Contains("1.jpg")));
        }

        // The first file may be hinted at once more: for its writing, after its making.
        folder.Write("2.jpg", [2]);
        Assert.False(hints.Take(out var later));
        Assert.DoesNotContain("2.jpg", later);
    }

    [Fact]
    public void A_hint_is_given_once_its_path_has_been_still_and_too_many_mean_everything()
    {
        var hints = new Hints(clock, TimeSpan.FromSeconds(2));
        hints.Add("b.jpg");
        clock.Advance(TimeSpan.FromSeconds(1));
        hints.Add("a.jpg");
        hints.Add("b.jpg");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(hints.Take(out var none));
        Assert.Empty(none);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(hints.Take(out var paths));
        Assert.Equal(["a.jpg", "b.jpg"], paths);
        for (var i = 0; i < 60_000; i++) hints.Add($"{i}.jpg");
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.True(hints.Take(out _));
    }

    Task<FolderStore> OpenAsync(bool watch, TimeSpan? rescan = null) => FolderStore.OpenAsync(
        folder.Options(clock) with
        {
            Settle = TimeSpan.FromSeconds(2),
            Watch = watch,
            Rescan = watch ? rescan : TimeSpan.FromSeconds(3),
            NewExaminer = _ =>
            {
                Interlocked.Increment(ref read);
                return new TestExaminer();
            },
        },
        Cancel);

    // Dates go by the test's clock: without one, the file is long still.
    void Write(string name, string bytes, DateTimeOffset? date = null)
    {
        folder.Write(name, Bytes(bytes));
        File.SetLastWriteTimeUtc(folder.File(name), (date ?? clock.GetUtcNow().AddHours(-1)).UtcDateTime);
    }

    Task ListsAsync(FolderStore store, params string[] names) => UntilAsync(async () => string.Join('|', names) == string.Join('|', await store.ListAllAsync(recursive: true)));

    Task ListsFoldersAsync(FolderStore store, params string[] names) => UntilAsync(async () => string.Join('|', names) == string.Join('|', await store.ListAllAsync()));

    Task UntilAsync(Func<Task<bool>> condition) => Wait.UntilAsync(async () =>
    {
        clock.Advance(TimeSpan.FromMilliseconds(250));
        return await condition();
    });
}

file static class Clocks
{
    // In steps, so that what waits for a moment gets its turn before the next one.
    public static async Task PassAsync(this ManualClock clock, TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMilliseconds(100))
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            for (var i = 0; i < 20; i++) await Task.Yield();
        }
    }
}
