using Wirephoto.Protocol.Names;

namespace Wirephoto.Client;

/// <summary>What a put may say beyond the name and the bytes.</summary>
public sealed record PutOptions
{
    /// <summary>The file's own date; null: the date of the local file, or none for a stream.</summary>
    public DateTimeOffset? Modified { get; init; }

    /// <summary>
    /// The token of the upload; null: a random one. A later process that gives the same one for the same file goes on where this one
    /// stopped, so it should be secret and follow from what identifies the file: server, path, name, length, date.
    /// </summary>
    public UploadToken? Upload { get; init; }

    /// <summary>Told of the bytes that the server acknowledged.</summary>
    public IProgress<TransferProgress>? Progress { get; init; }
}
