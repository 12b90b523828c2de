using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Client.Gets;

/// <summary>
/// The file in which an image arrives. While it is open no other run can open it, and its lock goes with the process, however that ends. Its name
/// is never used for another file: whoever could rename an open part knows that it still is the one that was opened.
/// </summary>
sealed class PartFile : IDisposable
{
    const int PieceBytes = 1 << 20;

    // Elsewhere no sharing means a lock that ends with the handle; on Windows a file that is open without Delete can't be renamed.
    static readonly FileShare Alone = OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    readonly SafeFileHandle file;

    // Of a part without a name.
    readonly SafeFileHandle? folder;

    PartFile(string? path, SafeFileHandle file, SafeFileHandle? folder = null) => (Path, this.file, this.folder) = (path, file, folder);

    /// <summary>Where it is; null: it has no name, and nothing stays of it.</summary>
    public string? Path { get; }

    /// <summary>Bytes that are in it.</summary>
    public long Length => RandomAccess.GetLength(file);

    /// <summary>Makes a new part.</summary>
    /// <exception cref="IOException">It can't be made.</exception>
    public static PartFile Create(string path)
    {
        // Exclusive creation follows no link, so nobody can lead the bytes elsewhere.
        return new PartFile(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Alone));
    }

    /// <summary>Makes a new part without a name; null: the folder has no such files.</summary>
    public static PartFile? TryCreateNameless(string folder)
    {
        if (NamelessFile.TryOpenFolder(folder) is not { } place) return null;
        if (NamelessFile.TryCreate(place) is { } file) return new PartFile(null, file, place);
        place.Dispose();
        return null;
    }

    /// <summary>Takes up a part that an earlier run left, under a new name; null when another run has it or it is gone.</summary>
    public static PartFile? TryClaim(string found, string fresh)
    {
        if (IsLink(found)) return null;
        SafeFileHandle? file = null;
        try
        {
            file = File.OpenHandle(found, FileMode.Open, FileAccess.ReadWrite, Alone);

            // Between the opening and the lock its owner may have published or removed it: then this name leads nowhere, and the
            // handle may be that of a finished image, which must not be touched.
            File.Move(found, fresh, overwrite: true);
            if (!IsLink(fresh)) return new PartFile(fresh, file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        file?.Dispose();
        return null;
    }

    /// <summary>Gives everything that is in it, from the start, in pieces.</summary>
    public async Task ReadAsync(Action<ReadOnlyMemory<byte>> take, CancellationToken cancel)
    {
        var buffer = new byte[PieceBytes];
        for (long at = 0; ;)
        {
            var count = await RandomAccess.ReadAsync(file, buffer, at, cancel);
            if (count == 0) return;
            take(buffer.AsMemory(0, count));
            at += count;
        }
    }

    /// <summary>Writes at a place.</summary>
    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        // Not by the asynchronous call: on most systems that is this one on another thread of the pool, and a change of threads for each write.
        cancel.ThrowIfCancellationRequested();
        RandomAccess.Write(file, piece.Span, offset);
        return ValueTask.CompletedTask;
    }

    /// <summary>Gives it the image's date and makes the bytes durable.</summary>
    public void Finish(DateTimeOffset? modified)
    {
        if (modified is { } date) SetDate(date);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Gives it its final name, which is in the folder of its parts; false: the name is taken.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public bool TryGive(string final) =>
        folder is null ? ExclusiveName.TryGive(Path!, final) : NamelessFile.TryGive(file, folder, System.IO.Path.GetFileName(final));

    /// <summary>Removes it. Its bytes are never cut off instead: where a run ended in its last moment they can be those of the finished image.</summary>
    public void Delete()
    {
        try
        {
            if (Path is not null) File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        Dispose();
    }

    /// <summary>Lets go of it; it stays, if it has a name.</summary>
    public void Dispose()
    {
        file.Dispose();
        folder?.Dispose();
    }

    static bool IsLink(string path) => new FileInfo(path).LinkTarget is not null;

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
}
