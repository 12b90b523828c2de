namespace Wirephoto.Cli.Reports;

/// <summary>Brings reports of files that were transferred at the same time into the order of the files.</summary>
sealed class OrderedReports(Reporter reporter) : IDisposable
{
    readonly Lock ordering = new();
    readonly Dictionary<long, Report> early = [];
    long next;

    /// <summary>Prints a report as soon as all before it are printed.</summary>
    public void Add(long index, Report report)
    {
        lock (ordering)
        {
            early[index] = report;
            while (early.Remove(next, out var ready))
            {
                reporter.Add(ready);
                next++;
            }
        }
    }

    /// <summary>Prints what waits for reports that will not come any more.</summary>
    public void Dispose()
    {
        lock (ordering)
        {
            foreach (var (_, report) in early.OrderBy(entry => entry.Key)) reporter.Add(report);
            early.Clear();
        }
    }
}
