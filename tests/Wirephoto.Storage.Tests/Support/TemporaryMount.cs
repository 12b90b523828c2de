namespace Wirephoto.Storage.Tests.Support;

/// <summary>A small file system of its own, where the tests run as root; elsewhere the test is skipped with the reason.</summary>
sealed class TemporaryMount : IAsyncDisposable
{
    readonly string? image;

    TemporaryMount(string path, string? image = null) => (Path, this.image) = (path, image);

    public string Path { get; }

    public static async Task<TemporaryMount> CreateAsync(string options)
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("only root can mount a file system");
        var path = Directory.CreateTempSubdirectory("wirephoto-mount-").FullName;
        if (await Shell.RunAsync("mount", "-t", "tmpfs", "-o", options, "wirephoto-test", path) == 0) return new TemporaryMount(path);
        Directory.Delete(path);
        Assert.Skip("this machine does not let the tests mount a file system");
        throw new InvalidOperationException();
    }

    /// <summary>A real file system of a disk, in a file.</summary>
    public static async Task<TemporaryMount> CreateExt4Async(int megabytes)
    {
        if (!Environment.IsPrivilegedProcess) Assert.Skip("only root can mount a file system");
        var path = Directory.CreateTempSubdirectory("wirephoto-mount-").FullName;
        var image = path + ".img";
        await using (var file = File.Create(image)) file.SetLength((long)megabytes << 20);
        if (await Shell.RunAsync("mkfs.ext4", "-q", "-F", image) == 0 && await Shell.RunAsync("mount", "-o", "loop", image, path) == 0) return new TemporaryMount(path, image);
        Directory.Delete(path);
        File.Delete(image);
        Assert.Skip("this machine does not let the tests make and mount an ext4 file system");
        throw new InvalidOperationException();
    }

    /// <summary>Lets another program take all the space that is left, to the last byte.</summary>
    public async Task FillAsync()
    {
        foreach (var block in (string[])["1M", "4k", "1"])
            await Shell.RunAsync("dd", "if=/dev/zero", $"of={System.IO.Path.Join(Path, "filler-" + Guid.NewGuid().ToString("N"))}", $"bs={block}", "count=100000", "conv=fsync");
    }

    public Task<int> RemountAsync(string options) => Shell.RunAsync("mount", "-o", "remount," + options, Path);

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("umount", "-l", Path);
        Directory.Delete(Path);
        if (image is not null) File.Delete(image);
    }
}
