using Wirephoto.Cli.Reports;
using Wirephoto.Client;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Cli.Commands;

/// <summary>
/// Works through the files of a request: several at a time on each connection, where they are pipelined, and on as many connections as there are
/// jobs: the first file does not wait for them. Reports come in the order of the files.
/// </summary>
static class Transfers
{
    // For further connections: what one carries is no longer kept low for those that don't come.
    static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    /// <summary>Runs until all are done, or a failure says stop.</summary>
    /// <param name="context">What commands work with.</param>
    /// <param name="items">The files, taken one by one as places become free.</param>
    /// <param name="jobs">Connections at most.</param>
    /// <param name="length">How many bytes one of them has; 0: not known; null: it can't be transferred, which <paramref name="transfer"/> tells.</param>
    /// <param name="transfer">Does one of them; failures are reports, not exceptions.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task RunAsync<T>(
        CommandContext context, IAsyncEnumerable<T> items, int jobs, Func<T, long?> length, Func<WirephotoClient, T, Task<Report>> transfer, CancellationToken cancel)
    {
        await context.Connections.ConnectAsync(cancel);
        context.Reporter.Server = context.Connections.Address;
        using var ordered = new OrderedReports(context.Reporter);
        using var allTaken = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var lanes = new Lanes(jobs, FileHandles.Most);
        var joining = JoinAsync(lanes, jobs, context, allTaken.Token);
        var running = new List<Task>();
        long begun = 0;
        var failed = false;
        try
        {
            await foreach (var item in items.WithCancellation(cancel))
            {
                var bytes = length(item);
                var place = await lanes.EnterAsync(bytes ?? 0, cancel);
                if (!context.GoesOn || (failed && context.Options.StopOnError))
                {
                    place.Dispose();
                    context.Reporter.Remark("stopped after the first failure; the files behind it were not begun");
                    break;
                }

                var index = begun++;
                if (bytes is null) await TransferAsync(place, index, item);
                else running.Add(Task.Run(() => TransferAsync(place, index, item), CancellationToken.None));

                // Of a hundred thousand only those that still run are kept.
                if (begun % 1024 == 0) running.RemoveAll(task => task.IsCompletedSuccessfully);
            }
        }
        finally
        {
            // A connection that is still being made would come too late.
            await allTaken.CancelAsync();
            await Task.WhenAll([joining, .. running]);
        }

        async Task TransferAsync(Lanes.Place place, long index, T item)
        {
            using (place)
            {
                var report = await transfer(place.Client, item);

                // Not when it is printed, which waits for those before it.
                if (!report.Success) failed = true;
                ordered.Add(index, report);
            }
        }
    }

    static async Task JoinAsync(Lanes lanes, int jobs, CommandContext context, CancellationToken unwanted)
    {
        var all = context.Connections.ConnectAsync(jobs, lanes.Add, unwanted);
        await Task.WhenAny(all, Task.Delay(LongestWait, context.Clock, unwanted));
        lanes.Complete();
        await all;
    }
}
