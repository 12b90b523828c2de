using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Gets;

/// <summary>Where the bytes of a get go, in their order.</summary>
abstract class ImageTarget
{
    /// <summary>Says whose bytes follow, before the first of them and again after a restart.</summary>
    /// <exception cref="LocalFileException">There is no place for them.</exception>
    public virtual void Start(ImageInfo image)
    {
    }

    /// <summary>Writes the next bytes of the image.</summary>
    /// <exception cref="LocalFileException">They can't be written.</exception>
    public async Task WriteAsync(long offset, ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        try
        {
            await WriteCoreAsync(offset, piece, cancel);
        }
        catch (Exception e) when (e is not WirephotoException && !(e is OperationCanceledException && cancel.IsCancellationRequested))
        {
            throw Unwritable(e);
        }
    }

    /// <summary>Throws away what was written, because the image is another one now.</summary>
    /// <returns>False when that is impossible.</returns>
    public abstract bool TryRestart();

    /// <summary>Writes the next bytes; any exception means that they can't be written.</summary>
    protected abstract ValueTask WriteCoreAsync(long offset, ReadOnlyMemory<byte> piece, CancellationToken cancel);

    /// <summary>What a failed write is told as.</summary>
    protected abstract LocalFileException Unwritable(Exception e);
}
