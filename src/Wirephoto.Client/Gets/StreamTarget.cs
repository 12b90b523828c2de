using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Gets;

/// <summary>The caller's stream, from where it stands; it stays the caller's to dispose.</summary>
sealed class StreamTarget(Stream stream) : ImageTarget
{
    readonly long start = stream.CanSeek ? stream.Position : 0;

    /// <inheritdoc/>
    public override bool TryRestart()
    {
        if (!stream.CanSeek) return false;
        try
        {
            stream.Position = start;
            stream.SetLength(start);
            return true;
        }
        catch (Exception e) when (e is IOException or NotSupportedException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    protected override ValueTask WriteCoreAsync(long offset, ReadOnlyMemory<byte> piece, CancellationToken cancel) => stream.WriteAsync(piece, cancel);

    /// <inheritdoc/>
    protected override LocalFileException Unwritable(Exception e) => new(ErrorCode.LocalFailed, $"the stream can't be written: {e.Message}", e);
}
