using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Logging;
using Wirephoto.Storage;

namespace Wirephoto.Server.Hosting;

/// <summary>Removes uploads that nobody goes on with: at the start, and from time to time.</summary>
sealed class Sweeper(IImageStore store, TimeSpan age, TimeProvider clock, ServerLog log)
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Sweeps until cancelled. Never throws.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            await SweepAsync(cancel);
        }
        while (await NextAsync(timer, cancel));
    }

    async Task SweepAsync(CancellationToken cancel)
    {
        try
        {
            var swept = await store.SweepAsync(clock.GetUtcNow() - age, cancel);
            if (swept.Uploads > 0) log.Swept(swept.Uploads, swept.Bytes);
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start sweeps.
        }
        catch (WirephotoException failed)
        {
            log.SweepFailed(failed);
        }
    }

    static async Task<bool> NextAsync(PeriodicTimer timer, CancellationToken cancel)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
