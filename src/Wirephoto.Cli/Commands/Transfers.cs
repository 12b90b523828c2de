using Wirephoto.Cli.Reports;
using Wirephoto.Client;

namespace Wirephoto.Cli.Commands;

/// <summary>A connection that several transfers share; large files go over it one after the other, so that each is finished as soon as can be.</summary>
sealed record Lane(WirephotoClient Client, SemaphoreSlim Large);

/// <summary>
/// Works through the files of a request: several at a time on each connection, where they are pipelined, and on as many connections as there are
/// jobs. Reports come in the order of the files.
/// </summary>
static class Transfers
{
    // Enough that the wire is never idle between small files, few enough to hold little memory.
    const int PerConnection = 16;

    /// <summary>Runs until all are done, or a failure says stop.</summary>
    /// <param name="context">What commands work with.</param>
    /// <param name="items">The files, taken one by one as workers become free.</param>
    /// <param name="jobs">Connections at most.</param>
    /// <param name="transfer">Does one of them; failures are reports, not exceptions.</param>
    /// <param name="cancel">Ends it.</param>
    public static async Task RunAsync<T>(
        CommandContext context, IAsyncEnumerable<T> items, int jobs, Func<Lane, T, Task<Report>> transfer, CancellationToken cancel)
    {
        var clients = await context.Connections.ConnectAsync(jobs, cancel);
        var lanes = clients.Select(client => new Lane(client, new SemaphoreSlim(1))).ToList();
        context.Reporter.Server = context.Connections.Address;

        var ordered = new OrderedReports(context.Reporter);
        await using var source = items.GetAsyncEnumerator(cancel);
        using var taking = new SemaphoreSlim(1);
        long taken = 0;

        try
        {
            await Task.WhenAll(lanes.SelectMany(lane => Enumerable.Repeat(lane, PerConnection)).Select(WorkAsync));
            if (!context.GoesOn && await source.MoveNextAsync()) context.Reporter.Remark("stopped after the first failure; the files behind it were not begun");
        }
        finally
        {
            ordered.Flush();
            foreach (var lane in lanes) lane.Large.Dispose();
        }

        async Task WorkAsync(Lane lane)
        {
            while (await TakeAsync() is (var index, var item)) ordered.Add(index, await transfer(lane, item));
        }

        async Task<(long Index, T Item)?> TakeAsync()
        {
            await taking.WaitAsync(cancel);
            try
            {
                return context.GoesOn && await source.MoveNextAsync() ? (taken++, source.Current) : null;
            }
            finally
            {
                taking.Release();
            }
        }
    }
}
