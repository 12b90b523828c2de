namespace Wirephoto.Client;

/// <summary>Tells the caller how far a transfer is, never going backwards and never beyond the total.</summary>
sealed class TransferReporter(IProgress<TransferProgress>? progress)
{
    long most = -1;

    /// <summary>Says that this many bytes are safe.</summary>
    public void Report(long bytes, long total)
    {
        if (progress is null || bytes <= most) return;
        most = bytes;
        progress.Report(new TransferProgress(Math.Min(bytes, total), total));
    }
}
