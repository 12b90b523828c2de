using Microsoft.Win32.SafeHandles;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>An open file of the folder; its bytes stay readable when its name is removed.</summary>
sealed class FolderImage(StoredImage image, SafeFileHandle file, DiskThreads disk) : OpenImage(image)
{
    /// <inheritdoc/>
    public override SafeFileHandle File => file;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel) =>
        await disk.RunAsync("read the image", () => RandomAccess.Read(file, buffer.Span, offset), cancel);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
