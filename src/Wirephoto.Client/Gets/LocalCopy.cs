using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Gets;

/// <summary>What has a local name already. It is only ever read.</summary>
/// <param name="path">As the caller gave it.</param>
/// <param name="final">Its full path.</param>
sealed class LocalCopy(string path, string final)
{
    const int PieceBytes = 1 << 20;
    const int LockedAttempts = 20;
    static readonly TimeSpan LockedPause = TimeSpan.FromMilliseconds(5);

    // What FileSystemInfo.Attributes says of a name that nothing has, in one look.
    const FileAttributes Nothing = (FileAttributes)(-1);

    /// <summary>Whether a name is taken, as far as can be seen. A symbolic link that leads nowhere takes it, too.</summary>
    public static bool IsTaken(string path)
    {
        try
        {
            return new FileInfo(path).Attributes != Nothing;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever writes there is told what is wrong with it.
            return false;
        }
    }

    /// <summary>Whether it can be a copy of any image at all: a link is none, wherever it leads.</summary>
    public bool IsFile => new FileInfo(final) is { Exists: true, LinkTarget: null };

    /// <summary>Whether it holds exactly the bytes of this image.</summary>
    /// <exception cref="LocalFileException">It can't be read.</exception>
    public async Task<bool> IsSameAsync(ImageInfo image, TransferReporter reporter, CancellationToken cancel)
    {
        try
        {
            // Looked at before it is opened: opening a named pipe would wait for its writer.
            if (!IsFile || new FileInfo(final).Length != image.Length) return false;
            using var file = await OpenAsync(cancel);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            return Read(file, image.Length, hash, reporter, cancel) && new Digest(hash.GetCurrentHash()) == image.Sha256;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LocalFileException(ErrorCode.LocalFailed, $"{path} exists and can't be read: {e.Message}", e);
        }
    }

    // Not by the asynchronous call: on most systems that is this one on another thread of the pool, and a change of threads for each read.
    static bool Read(SafeFileHandle file, long length, IncrementalHash hash, TransferReporter reporter, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(PieceBytes, length));
        try
        {
            for (long at = 0; at < length;)
            {
                cancel.ThrowIfCancellationRequested();
                var count = RandomAccess.Read(file, buffer, at);
                if (count == 0) return false;
                hash.AppendData(buffer, 0, count);
                at += count;
                reporter.Verified(Math.Min(at, length), length);
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Another get that has just given it its name keeps the part, and with it the file, locked for a moment longer.
    async Task<SafeFileHandle> OpenAsync(CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return File.OpenHandle(final, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            }
            catch (IOException) when (attempt < LockedAttempts)
            {
                await Task.Delay(LockedPause, TimeProvider.System, cancel);
            }
        }
    }

    /// <summary>The refusal to touch it.</summary>
    public LocalFileException Taken() => new(ErrorCode.LocalExists, $"{path} exists already and holds something else");
}
