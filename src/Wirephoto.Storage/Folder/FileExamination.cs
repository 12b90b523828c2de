using System.Buffers;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>Reads a file from its first byte to its last, piece by piece, in bounded memory.</summary>
static class FileExamination
{
    const int PieceBytes = 256 * 1024;

    /// <summary>What the bytes are; null: the file became shorter while it was read.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <param name="examiner">Takes the bytes.</param>
    /// <param name="threads">Which threads read.</param>
    /// <param name="pace">Is told the bytes of each piece, and makes the next one wait; null: full speed.</param>
    /// <param name="cancel">Ends the reading between two pieces.</param>
    public static async Task<Examination?> RunAsync(
        DiskFile file, long length, ImageExaminer examiner, DiskThreads threads, Func<int, ValueTask>? pace, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (long at = 0; at < length;)
            {
                cancel.ThrowIfCancellationRequested();
                var wanted = (int)Math.Min(PieceBytes, length - at);
                var count = await threads.RunAsync("read an image", () => file.Read(buffer.AsSpan(0, wanted), at), cancel, wanted);
                if (count == 0) return null;
                examiner.Append(buffer.AsSpan(0, count));
                at += count;
                if (pace is not null) await pace(count);
            }

            return examiner.Complete();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
