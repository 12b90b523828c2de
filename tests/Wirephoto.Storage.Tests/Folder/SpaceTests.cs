using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>Who gets the space of a small disk.</summary>
public sealed class SpaceTests : IDisposable
{
    const int MiB = 1 << 20;

    readonly TestFolder folder = new();
    readonly TestClock clock = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_is_promised_together_never_exceeds_what_is_free_less_the_reserve()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=32m");
        await using var store = await OpenAsync(mount, reserve: 8 * MiB);
        var begun = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => TryBeginAsync(store, $"{i}.jpg", MiB, "10.0.0.1")));

        // Some of the 24 MiB went to the index.
        var won = begun.OfType<IUpload>().ToList();
        Assert.InRange(won.Count, 21, 24);
        Assert.InRange((await store.StatusAsync(Cancel)).FreeBytes, 0, MiB - 1);

        // All that began can be finished, and the reserve is still there.
        foreach (var upload in won)
        {
            await upload.AppendAsync(Noise(MiB), Cancel);
            await upload.CommitAsync(TestExaminer.Examine(Noise(MiB)), Cancel);
            await upload.DisposeAsync();
        }

        Assert.InRange(new DriveInfo(mount.Path).AvailableFreeSpace, 8 * MiB, 9 * MiB);
    }

    [Fact]
    public async Task An_upload_whose_file_can_not_be_made_leaves_no_promise()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=16m");
        var refuses = false;
        var options = folder.Options(clock, mount.Path) with
        {
            Reserve = 0,
            OpenDisk = path => new FaultyFolder(folder.OpenDisk(path), (verb, _) => refuses && verb == "create"),
        };
        await using var store = await FolderStore.OpenAsync(options, Cancel);
        refuses = true;
        var before = (await store.StatusAsync(Cancel)).FreeBytes;

        var direct = new UploadIntent(Name("a.jpg"), 8 * MiB, null, null, "", Resumable: false, "10.0.0.1");
        for (var i = 0; i < 3; i++) await FailsAsync(ErrorCode.StorageFailed, () => store.BeginAsync(UploadToken.New(), direct, Cancel));

        Assert.Equal(before, (await store.StatusAsync(Cancel)).FreeBytes);
    }

    [Fact]
    public async Task A_refusal_says_how_much_is_missing()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=16m");
        await using var store = await OpenAsync(mount, reserve: 0);
        var free = (await store.StatusAsync(Cancel)).FreeBytes;

        var refusal = await Assert.ThrowsAsync<WirephotoException>(() => BeginAsync(store, "a.jpg", (int)free + 1000));

        Assert.Equal((ErrorCode.StorageFull, 1000), (refusal.Code, refusal.Details.Limit));
        Assert.Contains("1000 are missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_reserve_of_a_small_disk_is_a_hundredth_of_it()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=100m");
        await using var store = await OpenAsync(mount, reserve: null);

        Assert.InRange(new DriveInfo(mount.Path).AvailableFreeSpace - (await store.StatusAsync(Cancel)).FreeBytes, MiB, MiB);
    }

    [Fact]
    public async Task A_machine_that_reserves_everything_and_sends_nothing_does_not_keep_others_out()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=16m");
        await using var store = await OpenAsync(mount, reserve: 0);
        var greedy = new List<IUpload>();
        for (var i = 0; await TryBeginAsync(store, $"greedy{i}.jpg", MiB, "10.0.0.66") is { } upload; i++) greedy.Add(upload);

        // To itself it is as full as it says, to another machine it is not.
        await FailsAsync(ErrorCode.StorageFull, () => BeginAsync(store, "more.jpg", MiB, "10.0.0.66"));
        await using var honest = await BeginAsync(store, "honest.jpg", 4 * MiB, "10.0.0.1");
        await honest.AppendAsync(Noise(4 * MiB), Cancel);
        Assert.True((await honest.CommitAsync(TestExaminer.Examine(Noise(4 * MiB)), Cancel)).Won);

        // Those that gave back are not lost: they are told when they go on and there is nothing left.
        var results = new List<ErrorCode?>();
        foreach (var upload in greedy)
        {
            results.Add(await CodeAsync(() => upload.AppendAsync(Noise(MiB), Cancel)));
            await upload.DisposeAsync();
        }

        Assert.InRange(results.Count(code => code is null), 9, 12);
        Assert.All(results, code => Assert.True(code is null or ErrorCode.StorageFull));
    }

    [Fact]
    public async Task An_upload_that_gets_on_keeps_its_space_and_loses_it_when_it_stalls()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=16m");
        await using var store = await OpenAsync(mount, reserve: 0);
        await using var large = await BeginAsync(store, "large.jpg", 12 * MiB, "10.0.0.1");
        await large.AppendAsync(Noise(MiB), Cancel);

        await FailsAsync(ErrorCode.StorageFull, () => BeginAsync(store, "other.jpg", 8 * MiB, "10.0.0.2"));
        clock.Advance(TimeSpan.FromSeconds(29));
        await large.AppendAsync(Noise(MiB), Cancel);
        clock.Advance(TimeSpan.FromSeconds(29));
        await FailsAsync(ErrorCode.StorageFull, () => BeginAsync(store, "other.jpg", 8 * MiB, "10.0.0.2"));
        clock.Advance(TimeSpan.FromSeconds(2));
        await using var other = await BeginAsync(store, "other.jpg", 8 * MiB, "10.0.0.2");

        // The other one gets on now, and the first has to wait.
        await other.AppendAsync(Noise(MiB), Cancel);
        await FailsAsync(ErrorCode.StorageFull, () => large.AppendAsync(Noise(MiB), Cancel));
        await other.AbortAsync(Cancel);
        await large.AppendAsync(Noise(10 * MiB), Cancel);
    }

    [Fact]
    public async Task A_promise_ends_with_its_connection_and_is_made_again_when_the_upload_goes_on()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=16m");
        var token = UploadToken.New();
        await using (var store = await OpenAsync(mount, reserve: 0))
        {
            await using (var first = await store.BeginAsync(token, Intent("a.jpg", 12 * MiB, ""), Cancel)) await first.AppendAsync(Noise(2 * MiB), Cancel);
            await using var second = await BeginAsync(store, "b.jpg", 12 * MiB);
            await FailsAsync(ErrorCode.StorageFull, () => store.BeginAsync(token, Intent("a.jpg", 12 * MiB, ""), Cancel));
            await second.AbortAsync(Cancel);
        }

        // What a restart finds counts again from the first begin on.
        await using (var store = await OpenAsync(mount, reserve: 0))
        {
            await using var first = await store.BeginAsync(token, Intent("a.jpg", 12 * MiB, ""), Cancel);
            Assert.Equal(2 * MiB, first.Offset);
            await FailsAsync(ErrorCode.StorageFull, () => BeginAsync(store, "b.jpg", 12 * MiB));
        }
    }

    [Fact]
    public async Task One_machine_can_not_use_up_the_number_of_uploads()
    {
        await using var store = await FolderStore.OpenAsync(folder.Options(clock) with { MaxUploads = 100, MaxUploadsOfPeer = 5 }, Cancel);
        for (var i = 0; i < 5; i++) await (await BeginAsync(store, $"{i}.jpg", 10, "10.0.0.66")).DisposeAsync();

        await FailsAsync(ErrorCode.TooManyUploads, () => BeginAsync(store, "more.jpg", 10, "10.0.0.66"));
        await using var other = await BeginAsync(store, "more.jpg", 10, "10.0.0.1");
    }

    [Fact]
    public async Task A_name_that_no_image_can_get_is_refused_before_a_byte_travels_and_leaves_nothing()
    {
        await using var store = await folder.OpenAsync();
        Directory.CreateDirectory(folder.File("folder.jpg"));
        File.CreateSymbolicLink(folder.File("link.jpg"), "/etc/passwd");
        File.WriteAllText(folder.File("file"), "no folder");
        File.CreateSymbolicLink(folder.File("elsewhere"), "/tmp");

        foreach (var name in (string[])["folder.jpg", "link.jpg", "file/a.jpg", "elsewhere/a.jpg", "file/deep/a.jpg"])
            await FailsAsync(ErrorCode.BadName, () => BeginAsync(store, name, 10));

        Assert.Empty(Directory.GetFiles(folder.Incoming));
        await using var fine = await BeginAsync(store, "new/deep/a.jpg", 10);
    }

    Task<FolderStore> OpenAsync(TemporaryMount mount, long? reserve) => FolderStore.OpenAsync(folder.Options(clock, mount.Path) with { Reserve = reserve }, Cancel);

    static UploadIntent Intent(string name, int length, string peer) => new(Name(name), length, null, null, "", Resumable: true, peer);

    static Task<IUpload> BeginAsync(FolderStore store, string name, int length, string peer = "") => store.BeginAsync(Intent(name, length, peer));

    static async Task<IUpload?> TryBeginAsync(FolderStore store, string name, int length, string peer)
    {
        try
        {
            return await BeginAsync(store, name, length, peer);
        }
        catch (WirephotoException full) when (full.Code == ErrorCode.StorageFull)
        {
            return null;
        }
    }

    static async Task<ErrorCode?> CodeAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (WirephotoException refusal)
        {
            return refusal.Code;
        }
    }
}
