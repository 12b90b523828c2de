using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>A folder that can't do what a commit needs is refused before anything is served, in one line that says which step failed and what to do.</summary>
public sealed class SelfTestTests : IDisposable
{
    readonly TestFolder folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("make", ".wirephoto", "create the folder .wirephoto ", "local disk")]
    [InlineData("make", ".wirephoto/incoming", "create the folder .wirephoto/incoming", "local disk")]
    [InlineData("create", ".wirephoto/incoming/self-test", "create a file", "dmesg")]
    [InlineData("write", ".wirephoto/incoming/self-test", "write a file", "dmesg")]
    [InlineData("date", ".wirephoto/incoming/self-test", "set the date", "local disk")]
    [InlineData("flush", ".wirephoto/incoming/self-test", "flush a file in .wirephoto/incoming to the disk (fsync)", "dmesg")]
    [InlineData("link", ".wirephoto-self-test", "link a file", "hard links")]
    [InlineData("flush", "", "flush the folder of the images", "local disk")]
    [InlineData("flush", ".wirephoto/incoming", "flush .wirephoto/incoming", "local disk")]
    [InlineData("unlink", ".wirephoto-self-test", "remove", "dmesg")]
    public async Task Each_step_that_the_disk_refuses_is_named_with_the_remedy(string verb, string path, string step, string remedy)
    {
        var broken = true;
        var options = folder.Options(TimeProvider.System) with
        {
            OpenDisk = top => new FaultyFolder(folder.OpenDisk(top), (did, to) => broken && did == verb && to.TrimEnd('/') == folder.File(path).TrimEnd('/')),
        };
        var error = await Assert.ThrowsAsync<WirephotoException>(() => FolderStore.OpenAsync(options, Cancel));
        Assert.Equal(ErrorCode.StorageFailed, error.Code);
        Assert.Contains("refused to " + step, error.Message, StringComparison.Ordinal);
        Assert.Contains(remedy, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);

        // Nothing stands in the way of the next start, once the disk is well again.
        broken = false;
        await using var store = await FolderStore.OpenAsync(options, Cancel);
        Assert.Equal([".wirephoto"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Incoming));
    }

    [Fact]
    public async Task A_disk_that_refuses_files_without_names_stores_images_all_the_same()
    {
        var asked = 0;
        var options = folder.Options(TimeProvider.System) with
        {
            OpenDisk = top => new FaultyFolder(folder.OpenDisk(top), (did, to) => did == "create" && to.EndsWith("/nameless", StringComparison.Ordinal) && ++asked > 0),
        };
        await using var store = await FolderStore.OpenAsync(options, Cancel);
        Assert.True((await store.PutAsync("cat.jpg", Bytes("cat"))).Won);
        Assert.Equal(Bytes("cat"), await store.GetAsync("cat.jpg"));
        Assert.Equal(1, asked);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Incoming));
    }

    [Fact]
    public async Task What_an_interrupted_self_test_left_is_removed()
    {
        folder.Write(".wirephoto-self-test", Bytes("left"));
        folder.Write(".wirephoto/incoming/self-test", Bytes("left"));
        await using var store = await folder.OpenAsync();
        Assert.Equal([".wirephoto"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
        Assert.Empty(Directory.GetFileSystemEntries(folder.Incoming));
    }

    [Theory]
    [InlineData(".wirephoto")]
    [InlineData(".wirephoto/incoming")]
    public async Task A_link_or_a_file_in_the_place_of_the_servers_own_folders_is_refused(string name)
    {
        using var elsewhere = new TestFolder();
        Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
        Directory.CreateSymbolicLink(folder.File(name), elsewhere.Path);
        var error = await Assert.ThrowsAsync<WirephotoException>(() => folder.OpenAsync());
        Assert.Contains($"'{name}' is a link", error.Message, StringComparison.Ordinal);
        Assert.Contains("Remove it", error.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(elsewhere.Path));

        File.Delete(folder.File(name));
        await File.WriteAllTextAsync(folder.File(name), "a file", Cancel);
        error = await Assert.ThrowsAsync<WirephotoException>(() => folder.OpenAsync());
        Assert.Contains($"'{name}' is no folder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Staging_that_is_mounted_by_itself_is_refused_although_it_is_on_the_same_file_system()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=4m");
        var photos = Path.Combine(mount.Path, "photos");
        var incoming = Path.Combine(photos, ".wirephoto", "incoming");
        Directory.CreateDirectory(incoming);
        Directory.CreateDirectory(Path.Combine(mount.Path, "other"));
        Assert.Equal(0, await Shell.RunAsync("mount", "--bind", Path.Combine(mount.Path, "other"), incoming));
        try
        {
            var error = await Assert.ThrowsAsync<WirephotoException>(() => FolderStore.OpenAsync(folder.Options(TimeProvider.System, photos), Cancel));
            Assert.Contains("mounted by itself", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Shell.RunAsync("umount", incoming);
        }
    }

    [Fact]
    public async Task An_index_that_can_not_be_opened_is_refused_with_what_to_do()
    {
        Directory.CreateDirectory(folder.File(".wirephoto/index.db"));
        var error = await Assert.ThrowsAsync<WirephotoException>(() => folder.OpenAsync());
        Assert.Equal(ErrorCode.StorageFailed, error.Code);
        Assert.Contains("the index .wirephoto/index.db can't be opened", error.Message, StringComparison.Ordinal);
        Assert.Contains("remove it", error.Message, StringComparison.Ordinal);
    }
}
