using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class DirectoryFlushTests
{
    [Fact]
    public async Task Callers_that_come_while_a_flush_runs_share_the_next_one_and_never_the_running_one()
    {
        await using var disk = new DiskThreads("test", 1);
        using var folder = DiskFolder.Open(Path.GetTempPath());
        var flush = new DirectoryFlush(disk);
        using var hold = new ManualResetEventSlim();

        // The one thread is kept busy, so that the first flush is queued behind it and counts as running.
        var blocker = disk.RunAsync("wait", () => hold.Wait(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        var identity = folder.Identity;
        var first = flush.FlushAsync(identity, folder);
        var second = flush.FlushAsync(identity, folder);
        var third = flush.FlushAsync(identity, folder);
        Assert.NotSame(first, second);
        Assert.Same(second, third);
        Assert.False(first.IsCompleted);
        hold.Set();
        await Task.WhenAll(blocker, first, second);
        var fourth = flush.FlushAsync(identity, folder);
        Assert.NotSame(second, fourth);
        await fourth;
    }

    [Fact]
    public async Task A_failed_flush_fails_those_who_share_it_and_not_the_next()
    {
        await using var disk = new DiskThreads("test", 1);
        var closed = DiskFolder.Open(Path.GetTempPath());
        var identity = closed.Identity;
        closed.Dispose();
        using var open = DiskFolder.Open(Path.GetTempPath());
        var flush = new DirectoryFlush(disk);
        var first = flush.FlushAsync(identity, closed);
        var second = flush.FlushAsync(identity, open);
        await Assert.ThrowsAnyAsync<Exception>(() => first);
        await second;
    }

    [Fact]
    public async Task A_flush_that_hangs_in_place_keeps_nobody_else_in_a_thread()
    {
        using var hold = new ManualResetEventSlim();
        using var hanging = new ManualResetEventSlim();
        await using var disk = new DiskThreads("test", 1);
        using var slow = new FaultyFolder(DiskFolder.Open(Path.GetTempPath()), (_, _) =>
        {
            hanging.Set();
            hold.Wait(TestContext.Current.CancellationToken);
            return false;
        });
        using var other = new TestFolder();
        using var quick = DiskFolder.Open(other.Path);
        var flush = new DirectoryFlush(disk);
        try
        {
            await Wait.UntilAsync(() => RunsInPlaceAsync(disk));
            var first = Task.Run(() => flush.FlushAsync(slow.Identity, slow), TestContext.Current.CancellationToken);
            hanging.Wait(TestContext.Current.CancellationToken);
            var calls = Task.Run(() => (flush.FlushAsync(slow.Identity, slow), flush.FlushAsync(quick.Identity, quick)), TestContext.Current.CancellationToken);
            var (shared, others) = await calls.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            await others.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
            Assert.False(shared.IsCompleted);
            hold.Set();
            await Task.WhenAll(first, shared);
        }
        finally
        {
            hold.Set();
        }
    }

    static async Task<bool> RunsInPlaceAsync(DiskThreads disk)
    {
        var here = Environment.CurrentManagedThreadId;
        return await disk.RunAsync("look", () => Environment.CurrentManagedThreadId, TestContext.Current.CancellationToken) == here;
    }
}
