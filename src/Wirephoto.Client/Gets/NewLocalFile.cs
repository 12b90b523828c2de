using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Gets;

/// <summary>
/// A local file that does not exist before it is whole: written under a temporary name in the same folder, and given its own name only
/// by <see cref="Publish"/>, which fails if that name is taken by then. Disposed without that, nothing is left of it.
/// </summary>
sealed class NewLocalFile : ImageTarget, IDisposable
{
    // With the random part and the ending it stays far below the 255 bytes of a name, whatever the alphabet.
    const int NameCharsMost = 50;

    readonly string path;
    readonly string final;
    readonly string temporary;
    readonly SafeFileHandle file;

    /// <summary>Creates the temporary file.</summary>
    /// <exception cref="LocalFileException">The name is taken, or the folder is missing or can't be written.</exception>
    public NewLocalFile(string path)
    {
        this.path = path;
        try
        {
            final = Path.GetFullPath(path);
            if (IsTaken(final)) throw Taken(null);
            var name = Path.GetFileName(final);
            if (name.Length == 0) throw new LocalFileException(ErrorCode.LocalFailed, $"{path} names a folder, not a file");
            if (name.Length > NameCharsMost) name = name[..NameCharsMost];
            temporary = Path.Combine(Path.GetDirectoryName(final)!, $".{name}.{RandomNumberGenerator.GetHexString(16, lowercase: true)}.wirephoto-part");

            // Exclusive creation follows no link, so nobody can lead the bytes elsewhere.
            file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous);
        }
        catch (DirectoryNotFoundException e)
        {
            throw new LocalFileException(ErrorCode.LocalMissing, $"there is no folder for {path}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unwritable(e);
        }
    }

    /// <inheritdoc/>
    public override bool TryRestart()
    {
        try
        {
            RandomAccess.SetLength(file, 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Makes the bytes durable, gives the file its date, and then its name.</summary>
    /// <exception cref="LocalFileException">The name is taken by now, or the disk refused.</exception>
    public void Publish(DateTimeOffset? modified)
    {
        try
        {
            if (modified is { } date) SetDate(date);
            RandomAccess.FlushToDisk(file);
            if (!ExclusiveName.TryGive(temporary, final)) throw Taken(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw IsTaken(final) ? Taken(e) : Unwritable(e);
        }
    }

    // A date that this file system can't hold is no reason to lose the image.
    void SetDate(DateTimeOffset date)
    {
        try
        {
            File.SetLastWriteTimeUtc(file, date.UtcDateTime);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
        }
    }

    // A symbolic link that leads nowhere is taken, too.
    static bool IsTaken(string path) => Path.Exists(path) || new FileInfo(path).LinkTarget is not null;

    /// <inheritdoc/>
    protected override ValueTask WriteCoreAsync(long offset, ReadOnlyMemory<byte> piece, CancellationToken cancel) =>
        RandomAccess.WriteAsync(file, piece, offset, cancel);

    /// <inheritdoc/>
    protected override LocalFileException Unwritable(Exception e) => new(ErrorCode.LocalFailed, $"{path} can't be written: {e.Message}", e);

    LocalFileException Taken(Exception? e) => new(ErrorCode.LocalExists, $"{path} exists already", e);

    /// <inheritdoc/>
    public void Dispose()
    {
        file.Dispose();
        try
        {
            // Gone already when it was moved to its name; when it was linked, this removes only the second name.
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
