namespace Wirephoto.Client.Puts;

/// <summary>Where the bytes of a put come from.</summary>
abstract class ImageSource : IDisposable
{
    /// <summary>Bytes that will be sent.</summary>
    public abstract long Length { get; }

    /// <summary>The file's own date, if there is one.</summary>
    public abstract DateTimeOffset? Modified { get; }

    /// <summary>Whether what was read can be read once more.</summary>
    public virtual bool CanRepeat => true;

    /// <summary>Fills all of <paramref name="memory"/> from this place on.</summary>
    /// <exception cref="Protocol.Errors.WirephotoException">The bytes are not there (any more), can't be read, or are past for a source that only goes forward.</exception>
    public abstract ValueTask ReadAsync(long offset, Memory<byte> memory, CancellationToken cancel);

    /// <summary>Checks, after the last byte was read, that what was read is one image and not parts of two.</summary>
    /// <exception cref="IntegrityException">The file changed.</exception>
    public abstract void EnsureUnchanged();

    /// <inheritdoc/>
    public abstract void Dispose();
}
