namespace Wirephoto.Client;

/// <summary>Tells the caller how far a transfer is, never going backwards and never beyond the total.</summary>
sealed class TransferReporter(IProgress<TransferProgress>? progress)
{
    long most = -1;
    bool verifying;

    /// <summary>Says that this many bytes are safe.</summary>
    public void Report(long bytes, long total) => Tell(bytes, total, isVerified: false);

    /// <summary>Says that this many bytes, which were there before, have been read and compared.</summary>
    public void Verified(long bytes, long total) => Tell(bytes, total, isVerified: true);

    void Tell(long bytes, long total, bool isVerified)
    {
        if (progress is null || (bytes <= most && verifying == isVerified)) return;
        (most, verifying) = (Math.Max(most, bytes), isVerified);
        progress.Report(new TransferProgress(Math.Min(most, total), total, verifying));
    }
}
