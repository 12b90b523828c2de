using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Gets;

/// <summary>
/// A local file that does not exist before it is whole: it arrives in a part, see <see cref="PartFolder"/>, and gets its own name only by
/// <see cref="TryPublish"/>, which fails if that name is taken by then. Disposed without that, nothing is left of it, unless <see cref="Keep"/> was set.
/// </summary>
sealed class NewLocalFile : ImageTarget, IDisposable
{
    readonly string path;
    readonly string final;
    readonly string name;
    readonly PartFolders folders;
    readonly PartFolder parts;
    PartFile? part;

    /// <summary>Looks whether the file can be made; nothing is made yet.</summary>
    /// <exception cref="LocalFileException">The folder is missing.</exception>
    public NewLocalFile(string path, string final, PartFolders folders)
    {
        (this.path, this.final, this.folders) = (path, final, folders);
        name = Path.GetFileName(final);
        if (name.Length == 0) throw new LocalFileException(ErrorCode.LocalFailed, $"{path} names a folder, not a file");
        parts = folders.Enter(Path.GetDirectoryName(final)!);
        if (parts.IsThere) return;
        folders.Leave(parts);
        throw new LocalFileException(ErrorCode.LocalMissing, $"there is no folder for {path}");
    }

    /// <summary>Whether what has arrived stays for a later run.</summary>
    public bool Keep { get; set; }

    /// <summary>Whether an earlier run may have left something to go on with.</summary>
    public bool HasParts => parts.HasAny(name);

    /// <summary>Takes up what an earlier run left of exactly this image; null: nothing.</summary>
    public PartFile? TakeUp(ImageInfo image)
    {
        part = parts.TryClaim(name, image);
        if (part is not null && part.Length <= image.Length) return part;
        Discard();
        return null;
    }

    /// <inheritdoc/>
    public override void Start(ImageInfo image)
    {
        try
        {
            part ??= parts.Create(name, image);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(e);
        }
    }

    /// <inheritdoc/>
    public override bool TryRestart()
    {
        Discard();
        return true;
    }

    /// <summary>Makes the bytes durable, gives the file its date, and then its name. False: the name is taken by now.</summary>
    /// <exception cref="LocalFileException">The disk refused.</exception>
    public bool TryPublish(DateTimeOffset? modified)
    {
        try
        {
            part!.Finish(modified);
            return part.TryGive(final);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return LocalCopy.IsTaken(final) ? false : throw Unwritable(e);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask WriteCoreAsync(long offset, ReadOnlyMemory<byte> piece, CancellationToken cancel) => part!.WriteAsync(offset, piece, cancel);

    /// <inheritdoc/>
    protected override LocalFileException Unwritable(Exception e) => new(ErrorCode.LocalFailed, $"{path} can't be written: {e.Message}", e);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Keep && part is not null && part.Length > 0 && parts.Keeps(part)) part.Dispose();
        else Discard();
        folders.Leave(parts);
    }

    // Gone already when it was moved to its name; when it was linked, this removes only the second name.
    void Discard()
    {
        part?.Delete();
        part = null;
    }
}
