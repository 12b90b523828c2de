using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class CommitTakeoverTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TestFolder folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    // The flush of the bytes, the new name, the flush of its folder, the removal of the staging file.
    [Theory]
    [InlineData("flush", 0)]
    [InlineData("link", 0)]
    [InlineData("flush", 1)]
    [InlineData("unlink", 0)]
    public async Task A_begin_that_comes_at_any_step_of_a_commit_waits_for_its_outcome(string step, int before)
    {
        using var reached = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var armed = false;
        var steps = 0;
        var options = folder.Options(TimeProvider.System) with
        {
            OpenDisk = path => new FaultyFolder(folder.OpenDisk(path), (verb, _) =>
            {
                if (!Volatile.Read(ref armed) || verb != step || Interlocked.Increment(ref steps) != before + 1) return false;
                reached.Set();
                go.Wait(Patience, Cancel);
                return false;
            }),
        };
        await using var store = await FolderStore.OpenAsync(options, Cancel);
        var bytes = Noise(10_000);
        var token = UploadToken.New();
        await using var older = await store.BeginAsync(token, Intent("a.jpg", bytes), Cancel);
        await older.AppendAsync(bytes, Cancel);
        Volatile.Write(ref armed, true);

        var commit = older.CommitAsync(TestExaminer.Examine(bytes), Cancel);
        Assert.True(reached.Wait(Patience, Cancel));
        var newer = store.BeginAsync(token, Intent("a.jpg", bytes), Cancel);
        await using (var other = await store.BeginAsync(Intent("other.jpg", bytes)).WaitAsync(Patience, Cancel)) await other.AbortAsync(Cancel);

        Assert.False(newer.IsCompleted);
        go.Set();
        await using var late = await newer;
        Assert.Equal((await commit).Image, late.Committed);
        Assert.Equal(bytes, await store.GetAsync("a.jpg"));
        Assert.Empty(Directory.GetFiles(folder.Incoming));
    }
}
