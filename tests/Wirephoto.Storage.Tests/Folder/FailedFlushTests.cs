using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class FailedFlushTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task After_a_failed_flush_nothing_is_published_and_the_upload_is_gone()
    {
        var options = folder.Options(TimeProvider.System);
        await using var disk = new DiskThreads("test", 1);
        using var tree = StoreFolders.OpenTree(folder.Path);
        using var own = StoreFolders.OpenOwn(tree);
        using var staging = new StagingArea(StoreFolders.OpenIncoming(tree, own), options);
        var (token, intent) = (UploadToken.New(), Intent("cat.jpg", Bytes("cat")));
        var upload = staging.TakeOver(staging.FindOrAdd(token, intent), token, intent)!.Upload;
        Assert.Equal(2, Directory.GetFiles(folder.Incoming).Length);

        // A pipe in place of the file: it can't be flushed. Later steps of the commit would need what is not there.
        Assert.Equal(0, await Shell.RunAsync("mkfifo", folder.File("pipe")));
        upload.File!.Dispose();
        upload.File = Posix.OpenFile(tree.Top, "pipe", Posix.ReadWrite);
        var commit = new FolderCommit(tree, staging, null!, null!, null!, null!, disk, TimeProvider.System);
        await FailsAsync(ErrorCode.StorageFailed, () => commit.RunAsync(upload, TestExaminer.Examine(Bytes("cat"))));

        Assert.False(File.Exists(folder.File("cat.jpg")));
        Assert.Empty(Directory.GetFiles(folder.Incoming));
        Assert.NotSame(upload, staging.FindOrAdd(token, intent));
    }
}
