using System.Diagnostics;

namespace Wirephoto.Storage.Disk;

/// <summary>
/// Threads of their own for calls that block on a disk, so that a slow disk never starves the thread pool. The queue is bounded: who comes
/// when it is full waits. Work that is queued runs; cancelling only ends the wait for room. While the disk answers faster than a change of
/// threads would take, work runs in place instead, for a few callers at a time: see <see cref="QuickLane"/>.
/// </summary>
sealed class DiskThreads : IAsyncDisposable
{
    const int Capacity = 1024;

    readonly SemaphoreSlim room = new(Capacity);
    readonly Queue<Job> queue = new();
    readonly QuickLane lane = new(QuickLane.OfProcess);
    readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int running;
    bool closed;

    public DiskThreads(string name, int count)
    {
        running = count;
        for (var i = 0; i < count; i++) new Thread(Work) { IsBackground = true, Name = $"{name} {i}" }.Start();
    }

    /// <summary>Runs work on one of the threads; errors of the file system come back as errors of the catalogue.</summary>
    /// <param name="doing">What the work does, for the error message: "write the upload".</param>
    /// <param name="work">Must not wait for other work of the same threads.</param>
    /// <param name="cancel">Ends the wait for room in the queue.</param>
    /// <param name="bytes">How many bytes it reads or writes, if that is what takes its time.</param>
    public async Task<T> RunAsync<T>(string doing, Func<T> work, CancellationToken cancel, int bytes = 0)
    {
        if (!Volatile.Read(ref closed) && lane.TryEnter())
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                return work();
            }
            catch (Exception e) when (DiskErrors.IsDiskError(e))
            {
                throw DiskErrors.Translate(e, doing);
            }
            finally
            {
                lane.Leave(started, bytes);
            }
        }

        await room.WaitAsync(cancel);
        var job = new Job<T>(doing, work, bytes);
        lock (queue)
        {
            ObjectDisposedException.ThrowIf(closed, this);
            queue.Enqueue(job);
            Monitor.Pulse(queue);
        }

        return await job.Task;
    }

    /// <inheritdoc cref="RunAsync{T}"/>
    public Task RunAsync(string doing, Action work, CancellationToken cancel) =>
        RunAsync(doing, () =>
        {
            work();
            return true;
        }, cancel);

    /// <summary>Finishes what is queued, then ends the threads; work in place ends with its callers, who must be gone by then.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (queue)
        {
            closed = true;
            Monitor.PulseAll(queue);
        }

        await ended.Task;
        room.Dispose();
    }

    void Work()
    {
        while (Take() is { } job)
        {
            room.Release();
            var started = Stopwatch.GetTimestamp();
            job.Run();
            lane.Learn(started, job.Bytes);
        }

        if (Interlocked.Decrement(ref running) == 0) ended.SetResult();
    }

    Job? Take()
    {
        lock (queue)
        {
            while (queue.Count == 0 && !closed) Monitor.Wait(queue);
            return queue.TryDequeue(out var job) ? job : null;
        }
    }

    abstract class Job(int bytes)
    {
        public int Bytes => bytes;

        public abstract void Run();
    }

    sealed class Job<T>(string doing, Func<T> work, int bytes) : Job(bytes)
    {
        readonly TaskCompletionSource<T> completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<T> Task => completion.Task;

        public override void Run()
        {
            try
            {
                completion.SetResult(work());
            }
            catch (Exception e) when (DiskErrors.IsDiskError(e))
            {
                completion.SetException(DiskErrors.Translate(e, doing));
            }
#pragma warning disable CA1031 // whoever awaits the job gets the exception, whatever it is
            catch (Exception e)
            {
                completion.SetException(e);
            }
#pragma warning restore CA1031
        }
    }
}
