namespace Wirephoto.Client.Tests.Peer;

/// <summary>What a transfer reported, in order.</summary>
sealed class ProgressLog : IProgress<TransferProgress>
{
    readonly List<TransferProgress> reports = [];

    public IReadOnlyList<TransferProgress> Reports => reports;

    public void Report(TransferProgress value) => reports.Add(value);

    /// <summary>Checks that it never went backwards nor beyond the total, and ended there.</summary>
    public void AssertSteadyTo(long total)
    {
        Assert.Equal(reports.OrderBy(report => report.Bytes), reports);
        Assert.All(reports, report => Assert.InRange(report.Bytes, 0, report.Total));
        Assert.Equal(new TransferProgress(total, total), reports[^1]);
    }
}
