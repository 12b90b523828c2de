using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public abstract class DiskFaultTests(DiskKind kind) : IDisposable
{
    readonly TestFolder folder = new(kind);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task An_image_that_can_not_fit_is_refused_before_any_byte()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=4m");
        await using var store = await FolderStore.OpenAsync(folder.Options(TimeProvider.System, mount.Path), Cancel);
        var error = await Assert.ThrowsAsync<WirephotoException>(() => store.BeginAsync(Intent("big.jpg", new byte[5 << 20])));
        Assert.Equal(ErrorCode.StorageFull, error.Code);
        Assert.InRange(error.Details.Limit!.Value, 1 << 20, 5 << 20);

        // What one upload was promised, another is not.
        await using var first = await store.BeginAsync(Intent("first.jpg", new byte[2 << 20]));
        await FailsAsync(ErrorCode.StorageFull, () => store.BeginAsync(Intent("second.jpg", Noise(2 << 20))));
        await first.AbortAsync(Cancel);
        await using var second = await store.BeginAsync(Intent("second.jpg", Noise(2 << 20)));
    }

    [Fact]
    public async Task On_a_full_disk_nothing_half_is_published_and_the_service_goes_on()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=8m");
        await using var store = await FolderStore.OpenAsync(folder.Options(TimeProvider.System, mount.Path), Cancel);
        await store.PutAsync("before.jpg", Noise(1 << 20));
        var bytes = Noise(4 << 20);
        var token = UploadToken.New();
        await using (var upload = await store.BeginAsync(token, Intent("big.jpg", bytes), Cancel))
        {
            // Another program takes the space meanwhile.
            Assert.NotEqual(0, await Shell.RunAsync("dd", "if=/dev/zero", $"of={mount.Path}/filler", "bs=64k"));
            var error = await Assert.ThrowsAsync<WirephotoException>(async () =>
            {
                for (var at = 0; at < bytes.Length; at += 1 << 18) await upload.AppendAsync(bytes.AsMemory(at, 1 << 18), Cancel);
            });
            Assert.Equal(ErrorCode.StorageFull, error.Code);
            Assert.True(error.Details.Limit > 0);
            Assert.DoesNotContain(mount.Path, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["before.jpg"], await store.ListAllAsync());
        Assert.False(File.Exists(Path.Combine(mount.Path, "big.jpg")));
        Assert.True(await store.DeleteAsync(Name("before.jpg"), null, Cancel));
        Assert.Empty(Directory.GetFiles(mount.Path, "*.jpg"));

        File.Delete(Path.Combine(mount.Path, "filler"));
        await using var again = await store.BeginAsync(token, Intent("big.jpg", bytes), Cancel);
        using var examiner = new TestExaminer();
        await again.ReadBackAsync(examiner, Cancel);
        Assert.Equal(DigestOf(bytes.AsSpan(0, (int)again.Offset)), examiner.CurrentDigest());
        await again.AppendAsync(bytes.AsMemory((int)again.Offset), Cancel);
        Assert.True((await again.CommitAsync(TestExaminer.Examine(bytes), Cancel)).Won);
        Assert.Equal(bytes, await store.GetAsync("big.jpg"));
        Assert.Equal(["big.jpg"], await store.ListAllAsync());
    }

    [Fact]
    public async Task A_folder_that_refuses_changes_fails_its_puts_and_deletes_and_the_service_goes_on()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("locked/cat.jpg", Bytes("cat"));
        if (await Shell.RunAsync("chattr", "+i", folder.File("locked")) != 0) Assert.Skip("only root can make a folder immutable, and not on every file system");
        try
        {
            var error = await Assert.ThrowsAsync<WirephotoException>(() => store.PutAsync("locked/dog.jpg"));
            Assert.Equal(ErrorCode.StorageFailed, error.Code);
            Assert.IsType<IOException>(error.InnerException);
            Assert.DoesNotContain(folder.Path, error.Message, StringComparison.Ordinal);
            await FailsAsync(ErrorCode.StorageFailed, () => store.DeleteAsync(Name("locked/cat.jpg"), null, Cancel));
            Assert.Equal(Bytes("cat"), await store.GetAsync("locked/cat.jpg"));
            Assert.True((await store.PutAsync("dog.jpg")).Won);
            Assert.Equal(["dog.jpg", "locked/cat.jpg"], await store.ListAllAsync(recursive: true));
        }
        finally
        {
            await Shell.RunAsync("chattr", "-i", folder.File("locked"));
        }
    }

    [Fact]
    public async Task A_folder_on_another_file_system_takes_no_puts_but_serves_what_it_holds()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=1m");
        File.WriteAllBytes(Path.Combine(mount.Path, "cat.jpg"), Bytes("cat"));
        Directory.CreateDirectory(folder.File("disk2"));
        Assert.Equal(0, await Shell.RunAsync("mount", "--bind", mount.Path, folder.File("disk2")));
        try
        {
            await using var store = await folder.OpenAsync();
            Assert.Equal(Bytes("cat"), await store.GetAsync("disk2/cat.jpg"));
            var error = await Assert.ThrowsAsync<WirephotoException>(() => store.PutAsync("disk2/dog.jpg"));
            Assert.Equal((ErrorCode.StorageFailed, true), (error.Code, error.Message.Contains("another file system", StringComparison.Ordinal)));
        }
        finally
        {
            await Shell.RunAsync("umount", folder.File("disk2"));
        }
    }

    [Fact]
    public async Task A_folder_that_can_not_be_written_is_refused_at_the_start_with_what_to_do()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=1m");
        Assert.Equal(0, await mount.RemountAsync("ro"));
        var error = await Assert.ThrowsAsync<WirephotoException>(() => FolderStore.OpenAsync(folder.Options(TimeProvider.System, mount.Path), Cancel));
        Assert.Equal(ErrorCode.StorageFailed, error.Code);
        Assert.Contains("read-only", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(mount.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_rights_is_refused_at_the_start_and_for_puts()
    {
        if (Environment.IsPrivilegedProcess) Assert.Skip("root may write everywhere");
        await using (var store = await folder.OpenAsync())
        {
            Directory.CreateDirectory(folder.File("locked"));
            File.SetUnixFileMode(folder.File("locked"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            await FailsAsync(ErrorCode.StorageFailed, () => store.PutAsync("locked/cat.jpg"));
            Assert.True((await store.PutAsync("cat.jpg")).Won);
        }

        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await FailsAsync(ErrorCode.StorageFailed, () => folder.OpenAsync());
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_and_a_file_in_its_place_are_refused()
    {
        await FailsAsync(ErrorCode.StorageFailed, () => FolderStore.OpenAsync(folder.Options(TimeProvider.System, folder.File("none")), Cancel));
        folder.Write("file", [1]);
        await FailsAsync(ErrorCode.StorageFailed, () => FolderStore.OpenAsync(folder.Options(TimeProvider.System, folder.File("file")), Cancel));
        Assert.False(Directory.Exists(folder.File("none")));
    }

    [Fact]
    public async Task Staging_on_another_file_system_is_refused_at_the_start()
    {
        await using var mount = await TemporaryMount.CreateAsync("size=1m");
        Directory.CreateDirectory(folder.File(".wirephoto/incoming"));
        Assert.Equal(0, await Shell.RunAsync("mount", "--bind", mount.Path, folder.Incoming));
        try
        {
            var error = await Assert.ThrowsAsync<WirephotoException>(() => folder.OpenAsync());
            Assert.Contains("another file system", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Shell.RunAsync("umount", folder.Incoming);
        }
    }

    [Fact]
    public async Task Unfinished_uploads_are_bounded_in_number()
    {
        await using var store = await FolderStore.OpenAsync(folder.Options(TimeProvider.System) with { MaxUploads = 3 }, Cancel);
        for (var i = 0; i < 3; i++) await (await store.BeginAsync(Intent($"{i}.jpg", [1]))).DisposeAsync();
        await FailsAsync(ErrorCode.TooManyUploads, () => store.BeginAsync(Intent("3.jpg", [1])));
        await using var known = await store.BeginAsync(Intent("2.jpg", [1]));
        await known.AbortAsync(Cancel);
        await using var next = await store.BeginAsync(Intent("3.jpg", [1]));
    }
}
