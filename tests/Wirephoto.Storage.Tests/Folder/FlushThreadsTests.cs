using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class FlushThreadsTests : IDisposable
{
    readonly TestFolder folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Pieces_and_looks_do_not_wait_behind_the_flushes_of_commits()
    {
        using var armed = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var waiting = 0;
        var options = folder.Options(TimeProvider.System) with
        {
            Threads = 2,
            OpenDisk = path => new FaultyFolder(folder.OpenDisk(path), (verb, _) =>
            {
                if (verb != "flush" || !armed.IsSet) return false;
                Interlocked.Increment(ref waiting);
                go.Wait(Cancel);
                return false;
            }),
        };
        await using var store = await FolderStore.OpenAsync(options, Cancel);
        await store.PutAsync("before.jpg", Bytes("before"));
        armed.Set();
        try
        {
            var puts = Enumerable.Range(0, 5).Select(i => store.PutAsync($"{i}.jpg")).ToArray();
            await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref waiting) == 2));
            await using (var upload = await store.BeginAsync(Intent("big.jpg", Bytes("big"))).WaitAsync(TimeSpan.FromSeconds(20), Cancel))
                await upload.AppendAsync(Bytes("bi"), Cancel).WaitAsync(TimeSpan.FromSeconds(20), Cancel);
            Assert.Equal(Bytes("before"), await store.GetAsync("before.jpg").WaitAsync(TimeSpan.FromSeconds(20), Cancel));
            Assert.All(puts, put => Assert.False(put.IsCompleted));
            go.Set();
            foreach (var put in puts) Assert.True((await put).Won);
        }
        finally
        {
            go.Set();
        }
    }
}
