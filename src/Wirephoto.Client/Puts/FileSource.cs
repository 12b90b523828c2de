using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Puts;

/// <summary>A local file, read at any place; it must stay as it was when it was opened.</summary>
sealed class FileSource : ImageSource
{
    readonly string path;
    readonly SafeFileHandle file;
    readonly DateTime written;

    FileSource(string path, SafeFileHandle file)
    {
        this.path = path;
        this.file = file;
        Length = RandomAccess.GetLength(file);
        written = File.GetLastWriteTimeUtc(file);
    }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override DateTimeOffset? Modified => new(written, TimeSpan.Zero);

    /// <summary>Opens a file that is not empty.</summary>
    /// <exception cref="LocalFileException">It is missing, or can't be read.</exception>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Empty"/>.</exception>
    public static FileSource Open(string path)
    {
        try
        {
            // Looked at before it is opened: opening a named pipe would wait for its writer, and has no length to send anyway.
            var info = new FileInfo(path);
            if (info.Exists && info.Length == 0) throw new WirephotoException(ErrorCode.Empty, $"{path} is empty");
            return new FileSource(path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new LocalFileException(ErrorCode.LocalMissing, $"there is no file {path}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <inheritdoc/>
    public override ValueTask ReadAsync(long offset, Memory<byte> memory, CancellationToken cancel)
    {
        try
        {
            // Not by the asynchronous call: on most systems that is this one on another thread of the pool, and a change of threads for each read.
            while (!memory.IsEmpty)
            {
                cancel.ThrowIfCancellationRequested();
                var count = RandomAccess.Read(file, memory.Span, offset);
                if (count == 0) throw Changed("it became shorter");
                offset += count;
                memory = memory[count..];
            }

            return ValueTask.CompletedTask;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(path, e);
        }
    }

    /// <inheritdoc/>
    public override void EnsureUnchanged()
    {
        if (RandomAccess.GetLength(file) != Length) throw Changed("its length is another one now");
        if (File.GetLastWriteTimeUtc(file) != written) throw Changed("it was written to");
    }

    IntegrityException Changed(string how) => new(ErrorCode.LocalChanged, $"{path} changed while it was sent: {how}");

    static LocalFileException Unreadable(string path, Exception e) => new(ErrorCode.LocalFailed, $"{path} can't be read: {e.Message}", e);

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();
}
