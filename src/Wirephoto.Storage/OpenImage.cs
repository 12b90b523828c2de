using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Storage;

/// <summary>An image that is open for reading; whoever got it disposes it.</summary>
public abstract class OpenImage(StoredImage image) : IAsyncDisposable
{
    /// <summary>What is known of it; digest included.</summary>
    public StoredImage Image { get; } = image;

    /// <summary>The file to send from, where there is one: it belongs to this object.</summary>
    public virtual SafeFileHandle? File => null;

    /// <summary>Reads into the buffer from a position in bytes; returns how many, 0 only at the end.</summary>
    public abstract ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
