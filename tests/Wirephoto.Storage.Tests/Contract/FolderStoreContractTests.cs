using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Contract;

public sealed class FolderStoreTests() : FolderStoreContractTests(DiskKind.Native);

public sealed class PortableFolderStoreTests() : FolderStoreContractTests(DiskKind.Portable);

public abstract class FolderStoreContractTests(DiskKind kind) : StoreContract
{
    readonly TestFolder folder = new(kind);

    protected override async Task<IImageStore> OpenStoreAsync() => await folder.OpenAsync(Clock);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Assert.All(Directory.GetFiles(folder.Incoming), file => Assert.True(UploadsLeftOnPurpose(file), $"{file} was leaked"));
        folder.Dispose();
    }

    // Resumable uploads that a test left stay, as their token and its sidecar; anything else would be a leak.
    static bool UploadsLeftOnPurpose(string file) => Protocol.Names.UploadToken.TryParse(Path.GetFileNameWithoutExtension(file), out _)
        && File.Exists(Path.ChangeExtension(file, null)) && File.Exists(Path.ChangeExtension(file, ".json"));
}
