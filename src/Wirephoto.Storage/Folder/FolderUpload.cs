using System.Buffers;
using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>One caller's handle on a staged upload.</summary>
sealed class FolderUpload(FolderUploadTicket ticket, StagingArea staging, FolderCommit commit, DiskThreads disk, TimeProvider clock) : IUpload
{
    const int ReadBackBytes = 256 * 1024;

    // Often enough that the flush at the end finds little left to write, seldom enough to cost nothing.
    const long WriteBackBytes = 8 << 20;

    readonly StagedUpload upload = ticket.Upload;
    long writtenBack = ticket.Offset;

    /// <inheritdoc/>
    public UploadIntent Intent => ticket.Intent;

    /// <inheritdoc/>
    public long Offset { get; private set; } = ticket.Offset;

    /// <inheritdoc/>
    public StoredImage? Committed => null;

    /// <inheritdoc/>
    public async Task AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(piece.Length, Intent.Length - Offset, nameof(piece));
        Offset = await disk.RunAsync("write the upload", () => Append(piece.Span), cancel, piece.Length);
    }

    long Append(ReadOnlySpan<byte> piece)
    {
        lock (upload.Gate)
        {
            var file = upload.IsUnopened ? staging.OpenDirect(upload) : upload.Use(ticket.Fence);
            staging.Space.Ensure(upload, piece.Length);
            CrashPoints.Reach(CrashPoint.AppendBegun);
            try
            {
                file.Write(piece, upload.Offset);
                CrashPoints.Reach(CrashPoint.AppendWritten);
            }
            catch (IOException e)
            {
                CutBack(file);
                throw staging.WriteFailure(upload, e);
            }

            upload.Offset += piece.Length;
            upload.Touched = clock.GetUtcNow();
            staging.Space.Written(upload, piece.Length);
            if (upload.Offset - writtenBack >= WriteBackBytes)
            {
                file.BeginWriteBack(writtenBack, upload.Offset - writtenBack);
                writtenBack = upload.Offset;
            }

            return upload.Offset;
        }
    }

    // A part of the piece may be there. It is not counted and would be overwritten; cut off, it can't be taken for kept bytes after a restart.
    void CutBack(DiskFile file)
    {
        try
        {
            file.SetLength(upload.Offset);
        }
        catch (IOException)
        {
        }
    }

    /// <inheritdoc/>
    public async Task ReadBackAsync(ImageExaminer examiner, CancellationToken cancel)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ReadBackBytes);
        try
        {
            for (long at = 0; at < Offset;)
            {
                var wanted = (int)Math.Min(ReadBackBytes, Offset - at);
                var count = await disk.RunAsync("read the upload back", () => Read(buffer.AsSpan(0, wanted), at), cancel, wanted);
                examiner.Append(buffer.AsSpan(0, count));
                at += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    int Read(Span<byte> buffer, long at)
    {
        lock (upload.Gate)
        {
            var count = upload.Use(ticket.Fence).Read(buffer, at);
            return count > 0 ? count : throw new WirephotoException(ErrorCode.StorageFailed, "the staged upload is shorter than it was: another program cut it");
        }
    }

    /// <inheritdoc/>
    public async Task<CommitResult> CommitAsync(Examination examined, CancellationToken cancel)
    {
        if (Offset != Intent.Length) throw new InvalidOperationException("only a complete upload can be committed");
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            return await commit.RunAsync(upload, examined, () => Claim(ended.Task));
        }
        finally
        {
            // Not if the claim was refused: then it is another handle's.
            if (upload.Committing == ended.Task) staging.EndCommit(upload);
            ended.SetResult();
        }
    }

    void Claim(Task ended)
    {
        lock (upload.Gate)
        {
            upload.Use(ticket.Fence);
            upload.Committing = ended;
        }
    }

    /// <inheritdoc/>
    public Task AbortAsync(CancellationToken cancel) => disk.RunAsync("remove the upload", Abort, cancel);

    void Abort()
    {
        lock (upload.Gate)
        {
            upload.Use(ticket.Fence);
            CrashPoints.Reach(CrashPoint.AbortBegun);
            staging.Remove(upload);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Most handles end with a commit, which leaves nothing to let go of.
        if (upload.Removed) return;
        try
        {
            await disk.RunAsync("close the upload", () => staging.LetGo(upload, ticket.Fence), CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // The store was closed first. What it knew of it closed with itself; a file without a name it did not know.
            upload.LetGo();
        }
    }
}
