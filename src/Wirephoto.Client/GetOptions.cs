using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>What a get may say beyond the name.</summary>
public sealed record GetOptions
{
    /// <summary>
    /// What a listing told of the image a moment ago, for <see cref="WirephotoClient.GetFileAsync"/>: a local file that holds these very bytes counts as <see cref="GetResult.AlreadyThere"/> without
    /// asking the server again, which could say that it lost or damaged its own; for anything else the server is asked.
    /// </summary>
    public ImageInfo? Listed { get; init; }

    /// <summary>Told of the bytes that were received.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
