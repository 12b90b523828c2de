using Microsoft.Win32.SafeHandles;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>An open file of the folder; its bytes stay readable when its name is removed.</summary>
sealed class FolderImage(StoredImage image, DiskFile file, DiskThreads disk) : OpenImage(image)
{
    /// <inheritdoc/>
    public override SafeFileHandle File => file.Handle;

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(long offset, Memory<byte> buffer, CancellationToken cancel) =>
        await disk.RunAsync("read the image", () => file.Read(buffer.Span, offset), cancel, buffer.Length);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
