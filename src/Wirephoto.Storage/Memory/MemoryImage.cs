namespace Wirephoto.Storage.Memory;

/// <summary>An image and its bytes, which never change.</summary>
sealed record MemoryImage(StoredImage Image, byte[] Bytes);

/// <summary>What was committed under a token, and when.</summary>
sealed record MemoryReceipt(UploadIntent Intent, DateTimeOffset At);

/// <summary>An image that is open for reading.</summary>
sealed class OpenMemoryImage(MemoryImage image) : OpenImage(image.Image)
{
    /// <inheritdoc/>
    public override ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var rest = offset < image.Bytes.Length ? image.Bytes.AsMemory((int)offset) : default;
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        return ValueTask.FromResult(count);
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
