using Wirephoto.Storage.Memory;

namespace Wirephoto.Storage.Tests.Contract;

public sealed class MemoryStoreTests : StoreContract
{
    protected override Task<IImageStore> OpenStoreAsync() => Task.FromResult<IImageStore>(new MemoryStore(Clock));
}
