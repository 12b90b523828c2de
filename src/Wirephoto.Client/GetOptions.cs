namespace Wirephoto.Client;

/// <summary>What a get may say beyond the name.</summary>
public sealed record GetOptions
{
    /// <summary>Told of the bytes that were received.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
