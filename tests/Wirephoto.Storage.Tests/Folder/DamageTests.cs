using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>What becomes of images whose bytes change behind the store's back.</summary>
public sealed class DamageTests : IDisposable
{
    static readonly DateTimeOffset Taken = new(2020, 5, 6, 7, 8, 9, TimeSpan.Zero);

    readonly TestFolder folder = new();
    readonly ManualClock clock = new() { Skip = TimeSpan.FromSeconds(30) };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_scrub_finds_bytes_that_changed_without_a_new_date_and_they_are_not_served_any_more()
    {
        await using (var first = await folder.OpenAsync()) await first.PutAsync("cat.jpg", Bytes("cat"), modified: Taken);
        await Rot("cat.jpg", "c@t");

        await using var store = await ScrubbingAsync();
        await Wait.UntilAsync(() => Task.FromResult(folder.Happened(StoreEventKind.Scrubbed)));
        await FailsAsync(ErrorCode.Damaged, () => store.OpenAsync(Name("cat.jpg"), Cancel));
        var image = await store.FindAsync(Name("cat.jpg"), false, Cancel);
        Assert.True(image!.Damaged);
        Assert.False(image.Durable);
        Assert.Equal(DigestOf(Bytes("cat")), image.Digest);
        Assert.Equal(["cat.jpg"], await store.ListAllAsync());
        Assert.Empty(await store.FindByDigestAsync(DigestOf(Bytes("cat")), 9, Cancel));
        Assert.Empty(await store.FindByDigestAsync(DigestOf(Bytes("c@t")), 9, Cancel));
        Assert.Contains(folder.Events, happened => happened is { Kind: StoreEventKind.Scrubbed, Message: var message } && message.Contains("1 images, 1 of them damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_image_is_served_again_once_its_bytes_are_right_even_under_the_old_date()
    {
        await using (var first = await folder.OpenAsync()) await first.PutAsync("cat.jpg", Bytes("cat"), modified: Taken);
        await Rot("cat.jpg", "c@t");
        await using (await ScrubbingAsync()) await Wait.UntilAsync(() => Task.FromResult(folder.Happened(StoreEventKind.Damaged)));

        await using var store = await folder.OpenAsync();
        await FailsAsync(ErrorCode.Damaged, () => store.OpenAsync(Name("cat.jpg"), Cancel));
        await Rot("cat.jpg", "cat");
        Assert.Equal(Bytes("cat"), await store.GetAsync("cat.jpg"));
        Assert.True(folder.Happened(StoreEventKind.Restored));
        Assert.Equal(["cat.jpg"], await store.FindByDigestAsync(DigestOf(Bytes("cat")), 9, Cancel));
        Assert.False((await store.FindAsync(Name("cat.jpg"), false, Cancel))!.Damaged);
    }

    [Fact]
    public async Task The_same_date_with_another_length_is_damage_and_never_an_edit()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("cat.jpg", Bytes("a whole cat"), modified: Taken);
        await Rot("cat.jpg", "a whole");
        await FailsAsync(ErrorCode.Damaged, () => store.OpenAsync(Name("cat.jpg"), Cancel));
        Assert.False((await store.PutAsync("cat.jpg", Bytes("a whole cat"))).Won);
    }

    [Fact]
    public async Task An_image_that_is_none_any_more_is_damaged_whatever_its_date()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("cat.jpg", Bytes("cat"), modified: Taken);
        folder.Write("cat.jpg", Bytes("BAD"));
        await FailsAsync(ErrorCode.Damaged, () => store.OpenAsync(Name("cat.jpg"), Cancel));
        Assert.Equal(["cat.jpg"], await store.ListAllAsync());

        folder.Write("cat.jpg", Bytes("a new cat"));
        Assert.Equal(Bytes("a new cat"), await store.GetAsync("cat.jpg"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pictures_changed_behind_the_servers_back_are_reported_and_never_silently_taken_for_good(bool whileRunning)
    {
        var store = await folder.OpenAsync();
        foreach (var name in new[] { "edited.jpg", "gone.jpg", "rotten.jpg", "touched.jpg" }) await store.PutAsync(name, Bytes(name), modified: Taken);
        if (!whileRunning) await store.DisposeAsync();
        folder.Write("edited.jpg", Bytes("edited"));
        File.Delete(folder.File("gone.jpg"));
        await Rot("rotten.jpg", "other bytes");
        File.SetLastWriteTimeUtc(folder.File("touched.jpg"), DateTime.UtcNow);
        if (!whileRunning) store = await folder.OpenAsync();

        Assert.Equal(Bytes("edited"), await store.GetAsync("edited.jpg"));
        Assert.Null(await store.GetAsync("gone.jpg"));
        await FailsAsync(ErrorCode.Damaged, () => store.OpenAsync(Name("rotten.jpg"), Cancel));
        Assert.Equal(Bytes("touched.jpg"), await store.GetAsync("touched.jpg"));
        var reported = folder.Events.Where(happened => happened.Name is not null).Select(happened => (happened.Kind, happened.Name!)).ToHashSet();
        Assert.Equal([(StoreEventKind.Changed, "edited.jpg"), (StoreEventKind.Gone, "gone.jpg"), (StoreEventKind.Damaged, "rotten.jpg")], reported);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task A_repeated_commit_of_a_damaged_image_does_not_say_stored()
    {
        await using var store = await folder.OpenAsync();
        var token = Protocol.Names.UploadToken.New();
        await using (var upload = await store.BeginAsync(token, Intent("cat.jpg", Bytes("cat"), modified: Taken), Cancel))
        {
            await upload.AppendAsync(Bytes("cat"), Cancel);
            await upload.CommitAsync(TestExaminer.Examine(Bytes("cat")), Cancel);
        }

        Assert.NotNull(await store.FindCommittedAsync(token, "", Cancel));
        await Rot("cat.jpg", "cats");
        await FailsAsync(ErrorCode.Damaged, () => store.OpenAsync(Name("cat.jpg"), Cancel));
        Assert.Null(await store.FindCommittedAsync(token, "", Cancel));
    }

    async Task<FolderStore> ScrubbingAsync() => await FolderStore.OpenAsync(folder.Options(clock) with { ScrubRate = 1_000_000 }, Cancel);

    // New bytes under the old date.
    async Task Rot(string name, string bytes)
    {
        var date = File.GetLastWriteTimeUtc(folder.File(name));
        await File.WriteAllBytesAsync(folder.File(name), Bytes(bytes), Cancel);
        File.SetLastWriteTimeUtc(folder.File(name), date);
    }
}
