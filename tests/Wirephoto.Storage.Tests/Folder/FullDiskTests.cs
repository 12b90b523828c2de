using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>A disk that another program has filled to the last byte.</summary>
public sealed class FullDiskTests : IDisposable
{
    readonly TestFolder folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Get_list_and_delete_work_on_a_full_disk(bool ext4)
    {
        await using var mount = ext4 ? await TemporaryMount.CreateExt4Async(24) : await TemporaryMount.CreateAsync("size=16m");
        var names = Enumerable.Range(0, 60).Select(i => $"{i:00}.jpg").ToList();
        await using (var store = await OpenAsync(mount))
        {
            foreach (var name in names) await store.PutAsync(name, Noise(10_000));

            // With this their rows are written, before the disk is full.
            Assert.Equal(60, (await store.StatusAsync(Cancel)).Images);
            await mount.FillAsync();

            await FailsAsync(ErrorCode.StorageFull, () => store.PutAsync("more.jpg", Noise(10_000_000)));
            Assert.Equal(names, await store.ListAllAsync());
            Assert.Equal(Noise(10_000), await store.GetAsync("07.jpg"));
            Assert.Equal(60, (await store.FindByDigestAsync(DigestOf(Noise(10_000)), 100, Cancel)).Count);

            // What each delete frees is taken again at once, so that the index never has room.
            foreach (var name in names[..20])
            {
                Assert.True(await store.DeleteAsync(Name(name), null, Cancel));
                if (name.EndsWith("5.jpg", StringComparison.Ordinal)) await mount.FillAsync();
                Assert.False(File.Exists(Path.Combine(mount.Path, name)));
                Assert.Null(await store.FindAsync(Name(name), true, Cancel));
            }

            Assert.Equal(names[20..], await store.ListAllAsync());
            await mount.FillAsync();
        }

        // The next life begins on a full disk, if it can; else it says what to do, and does no harm.
        var refusal = await OpenOrRefuseAsync(mount);
        TestContext.Current.TestOutputHelper!.WriteLine(refusal ?? "opened on a full disk");
        if (refusal is not null) File.Delete(Directory.GetFiles(mount.Path, "filler-*").MaxBy(file => new FileInfo(file).Length)!);
        await using (var store = await OpenAsync(mount))
        {
            Assert.Equal(names[20..], await store.ListAllAsync());
            Assert.Equal(Noise(10_000), await store.GetAsync("21.jpg"));
            Assert.True(await store.DeleteAsync(Name("20.jpg"), null, Cancel));
            Assert.Equal(names[21..], await store.ListAllAsync());

            foreach (var filler in Directory.GetFiles(mount.Path, "filler-*")) File.Delete(filler);
            Assert.True((await store.PutAsync("20.jpg", Noise(1000))).Won);
            Assert.Equal(names[20..], await store.ListAllAsync());
        }
    }

    [Fact]
    public void The_next_server_takes_the_lock_without_needing_another_block_of_the_disk()
    {
        using (var disk = folder.OpenDisk(folder.Path)) FolderLock.Take(disk).Dispose();
        var taken = new FileInfo(folder.File("lock"));

        // What a file that was cut gave back may be gone to another program, or not be free yet (ext4).
        using var full = new FaultyFolder(folder.OpenDisk(folder.Path), (verb, _) =>
        {
            taken.Refresh();
            return verb == "write" && taken.Length == 0;
        });
        FolderLock.Take(full).Dispose();
        Assert.Equal($"{Environment.ProcessId}\n", File.ReadAllText(taken.FullName));
    }

    async Task<string?> OpenOrRefuseAsync(TemporaryMount mount)
    {
        try
        {
            await (await OpenAsync(mount)).DisposeAsync();
            return null;
        }
        catch (WirephotoException refusal)
        {
            Assert.Equal(ErrorCode.StorageFull, refusal.Code);
            Assert.Contains("free ", refusal.Message, StringComparison.OrdinalIgnoreCase);
            return refusal.Message;
        }
    }

    Task<FolderStore> OpenAsync(TemporaryMount mount) => FolderStore.OpenAsync(folder.Options(TimeProvider.System, mount.Path), Cancel);
}
