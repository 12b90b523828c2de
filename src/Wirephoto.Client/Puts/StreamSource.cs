using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Puts;

/// <summary>The caller's stream, from where it stands; it stays the caller's to dispose. One that can't seek can be read once only.</summary>
sealed class StreamSource : ImageSource
{
    readonly Stream stream;
    readonly long start;
    long position;

    /// <summary>Reads <paramref name="length"/> bytes of a stream.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Empty"/>.</exception>
    public StreamSource(Stream stream, long length, DateTimeOffset? modified)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length == 0) throw new WirephotoException(ErrorCode.Empty, "the stream is empty");
        this.stream = stream;
        start = stream.CanSeek ? stream.Position : 0;
        Length = length;
        Modified = modified;
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override DateTimeOffset? Modified { get; }

    /// <inheritdoc/>
    public override bool CanRepeat => stream.CanSeek;

    /// <inheritdoc/>
    public override async ValueTask ReadAsync(long offset, Memory<byte> memory, CancellationToken cancel)
    {
        try
        {
            if (offset != position) GoTo(offset);
            position += await stream.ReadAtLeastAsync(memory, memory.Length, throwOnEndOfStream: false, cancel);
        }
        catch (Exception e) when (e is not WirephotoException and not OperationCanceledException)
        {
            throw new LocalFileException(ErrorCode.LocalFailed, $"the stream can't be read: {e.Message}", e);
        }

        if (position != offset + memory.Length)
            throw new LocalFileException(ErrorCode.LocalFailed, $"the stream ended after {position} of {Length} bytes");
    }

    void GoTo(long offset)
    {
        if (!stream.CanSeek)
        {
            throw new LocalFileException(
                ErrorCode.LocalFailed, $"the connection was lost, and the stream can't go back to byte {offset} to resume: put a file, or a stream that can seek");
        }

        stream.Position = start + offset;
        position = offset;
    }

    /// <inheritdoc/>
    public override void EnsureUnchanged()
    {
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
    }
}
