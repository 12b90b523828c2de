using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Memory;

/// <summary>One caller's handle on an upload that is kept in memory.</summary>
sealed class MemoryUpload(MemoryStore store, MemoryUploadState upload, long fence) : IUpload
{
    const int ReadBackBytes = 256 * 1024;

    /// <inheritdoc/>
    public UploadIntent Intent { get; } = upload.Intent;

    /// <inheritdoc/>
    public long Offset { get; private set; } = upload.Bytes.Length;

    /// <inheritdoc/>
    public StoredImage? Committed => null;

    /// <inheritdoc/>
    public async Task AppendAsync(ReadOnlyMemory<byte> piece, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(piece.Length, Intent.Length - Offset, nameof(piece));
        Offset = await store.StepAsync(upload, fence, () =>
        {
            store.EnsureFits(piece.Length, upload);
            upload.Bytes.Position = upload.Bytes.Length;
            upload.Bytes.Write(piece.Span);
            return upload.Bytes.Length;
        });
    }

    /// <inheritdoc/>
    public async Task ReadBackAsync(ImageExaminer examiner, CancellationToken cancel)
    {
        var kept = await store.StepAsync(upload, fence, upload.Bytes.ToArray);
        foreach (var piece in kept.Chunk(ReadBackBytes)) examiner.Append(piece);
    }

    /// <inheritdoc/>
    public Task<CommitResult> CommitAsync(Examination examined, CancellationToken cancel) =>
        Offset == Intent.Length
            ? store.StepAsync(upload, fence, () => store.Commit(upload, examined))
            : throw new InvalidOperationException("only a complete upload can be committed");

    /// <inheritdoc/>
    public Task AbortAsync(CancellationToken cancel) => store.StepAsync(upload, fence, () =>
    {
        store.Remove(upload);
        return true;
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        store.LetGo(upload, fence);
        return ValueTask.CompletedTask;
    }
}

/// <summary>The state of one upload, shared by its handles; touched only within the store's steps.</summary>
sealed class MemoryUploadState(UploadToken token, UploadIntent intent)
{
    public MemoryStream Bytes { get; } = new();

    public UploadToken Token { get; set; } = token;

    public UploadIntent Intent { get; set; } = intent;

    public DateTimeOffset Touched { get; set; }

    public long Fence { get; private set; }

    public bool InUse { get; set; }

    public bool Removed { get; set; }

    /// <summary>Makes a new handle the only one that may go on; returns its number.</summary>
    public long TakeOver()
    {
        InUse = true;
        return ++Fence;
    }
}
