using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class LooksTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Many_files_are_looked_at_as_each_of_them_alone_would_be()
    {
        using var tree = new FolderTree(DiskFolder.Open(folder.Path));
        folder.Write("a/1.jpg", Bytes("1"));
        folder.Write("a/2.jpg", Bytes("22"));
        folder.Write("a/b/3.jpg", Bytes("333"));
        folder.Write("4.jpg", Bytes("4444"));
        Directory.CreateDirectory(folder.File("a/5.jpg"));
        Directory.CreateSymbolicLink(folder.File("link"), folder.File("a"));
        var names = new[] { "4.jpg", "a/1.jpg", "a/2.jpg", "a/5.jpg", "a/none.jpg", "a/b/3.jpg", "link/1.jpg", "missing/1.jpg", "a/1.jpg", "4.jpg" }.Select(Name).ToArray();
        var files = tree.Stat(names);
        Assert.Equal([4L, 1, 2, null, null, 3, null, null, 1, 4], files.Select(file => file?.Length));
        Assert.Equal(names.Select(tree.Stat), files);
    }
}
