namespace Wirephoto.Storage.Tests.Support;

/// <summary>A small file system of its own, where the tests run as root; elsewhere the test is skipped with the reason.</summary>
sealed class TemporaryMount : IAsyncDisposable
{
    TemporaryMount(string path) => Path = path;

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

    public Task<int> RemountAsync(string options) => Shell.RunAsync("mount", "-o", "remount," + options, Path);

    public async ValueTask DisposeAsync()
    {
        await Shell.RunAsync("umount", "-l", Path);
        Directory.Delete(Path);
    }
}
