using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Disk;

public sealed class HangingDiskTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_disk_that_hangs_blocks_no_more_callers_than_there_are_cores_whatever_they_do_on_it()
    {
        await using var disk = new DiskThreads("disk", 1);
        await using var flushes = new DiskThreads("flush", 1);
        await Wait.UntilAsync(async () => await RunsInPlaceAsync(disk) && await RunsInPlaceAsync(flushes));

        var callers = 2 * Environment.ProcessorCount;
        using var settled = new CountdownEvent(callers);
        using var hold = new ManualResetEventSlim();
        var inPlace = 0;
        var work = new Task[callers];
        var threads = Enumerable.Range(0, callers).Select(i => new Thread(() => Call(i, i % 2 == 0 ? disk : flushes))).ToList();
        foreach (var thread in threads) thread.Start();
        try
        {
            settled.Wait(Cancel);
            Assert.InRange(inPlace, 0, Environment.ProcessorCount);
        }
        finally
        {
            hold.Set();
        }

        foreach (var thread in threads) thread.Join();
        await Task.WhenAll(work);

        void Call(int i, DiskThreads on)
        {
            var own = Environment.CurrentManagedThreadId;
            var isBlocked = false;
            work[i] = on.RunAsync("hang", () =>
            {
                if (Environment.CurrentManagedThreadId == own)
                {
                    isBlocked = true;
                    Interlocked.Increment(ref inPlace);
                    settled.Signal();
                }

                hold.Wait(Cancel);
            }, Cancel);
            if (!isBlocked) settled.Signal();
        }
    }

    static async Task<bool> RunsInPlaceAsync(DiskThreads disk)
    {
        var here = Environment.CurrentManagedThreadId;
        return await disk.RunAsync("look", () => Environment.CurrentManagedThreadId, Cancel) == here;
    }
}
