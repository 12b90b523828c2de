using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class NativeFailedFlushTests() : FailedFlushTests(DiskKind.Native);

public sealed class PortableFailedFlushTests() : FailedFlushTests(DiskKind.Portable);

public abstract class FailedFlushTests(DiskKind kind) : IDisposable
{
    readonly TestFolder folder = new(kind);
    string? unflushable;
    int refusals;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    Task<FolderStore> OpenAsync() => FolderStore.OpenAsync(
        folder.Options(TimeProvider.System) with { OpenDisk = path => new FaultyFolder(folder.OpenDisk(path), Refuse) }, Cancel);

    bool Refuse(string verb, string path)
    {
        if (verb != "flush" || path != unflushable) return false;
        Interlocked.Increment(ref refusals);
        return true;
    }

    [Theory]
    [InlineData("", "cat.jpg")]
    [InlineData("trip", "trip/cat.jpg")]
    [InlineData("", "trip/cat.jpg")]
    public async Task When_the_folder_can_not_be_flushed_the_published_name_is_taken_back(string refusing, string name)
    {
        await using var store = await OpenAsync();
        await store.PutAsync("before.jpg");
        unflushable = refusing.Length == 0 ? folder.Path : folder.File(refusing);
        await FailsAsync(ErrorCode.StorageFailed, () => store.PutAsync(name, Bytes("cat"), resumable: true));
        Assert.Equal(1, refusals);
        Assert.False(File.Exists(folder.File(name)));
        Assert.Empty(Directory.GetFiles(folder.Incoming));
        Assert.Null(await store.FindAsync(Name(name), true, Cancel));
        Assert.Equal(["before.jpg"], await store.ListAllAsync(recursive: true));

        unflushable = null;
        Assert.True((await store.PutAsync(name, Bytes("cat"))).Won);
        Assert.Equal(Bytes("cat"), await store.GetAsync(name));
    }

    [Fact]
    public async Task A_file_that_another_program_put_in_place_of_the_published_one_is_not_taken_back()
    {
        await using var store = await FolderStore.OpenAsync(
            folder.Options(TimeProvider.System) with { OpenDisk = path => new FaultyFolder(folder.OpenDisk(path), ReplaceAndRefuse) }, Cancel);
        unflushable = folder.Path;
        await FailsAsync(ErrorCode.StorageFailed, () => store.PutAsync("cat.jpg", Bytes("ours")));
        Assert.Equal(Bytes("their"), File.ReadAllBytes(folder.File("cat.jpg")));
        Assert.Empty(Directory.GetFiles(folder.Incoming));

        bool ReplaceAndRefuse(string verb, string path)
        {
            if (!Refuse(verb, path)) return false;
            File.Delete(folder.File("cat.jpg"));
            folder.Write("cat.jpg", Bytes("their"));
            return true;
        }
    }

    [Fact]
    public async Task When_the_file_can_not_be_flushed_nothing_is_published_and_the_upload_is_gone()
    {
        await using var store = await OpenAsync();
        var (token, bytes) = (UploadToken.New(), Bytes("cat"));
        await using (var upload = await store.BeginAsync(token, Intent("cat.jpg", bytes), Cancel))
        {
            await upload.AppendAsync(bytes, Cancel);
            Assert.Equal(2, Directory.GetFiles(folder.Incoming).Length);
            unflushable = Path.Combine(folder.Incoming, token.ToString());
            await FailsAsync(ErrorCode.StorageFailed, () => upload.CommitAsync(TestExaminer.Examine(bytes), Cancel));
        }

        Assert.Equal(1, refusals);
        Assert.False(File.Exists(folder.File("cat.jpg")));
        Assert.Empty(Directory.GetFiles(folder.Incoming));
        await using var again = await store.BeginAsync(token, Intent("cat.jpg", bytes), Cancel);
        Assert.Equal(0, again.Offset);
    }
}
