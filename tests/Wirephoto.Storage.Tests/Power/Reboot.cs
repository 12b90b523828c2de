using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Power;

/// <summary>Starts a store on what a loss of power left, and compares what it serves and says with what was promised.</summary>
sealed class Reboot(string folder, PowerLedger ledger, int effect)
{
    readonly List<string> faults = [];

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The promises that are broken.</summary>
    public async Task<IReadOnlyList<string>> CheckAsync()
    {
        var options = new FolderStoreOptions { Folder = folder, NewExaminer = _ => new TestExaminer(), Threads = 2 };
        await using var store = await FolderStore.OpenAsync(options, Cancel);
        foreach (var name in ledger.Names) await CheckNameAsync(store, name);
        foreach (var listed in await store.ListAllAsync(recursive: true))
        {
            if (!ledger.Names.Contains(listed)) faults.Add($"{listed}: listed, and nobody sent it");
            else if (await store.GetAsync(listed) is null) faults.Add($"{listed}: listed, and not there");
        }

        foreach (var bytes in ledger.Contents) await CheckDigestAsync(store, bytes);
        foreach (var (token, intent, bytes) in ledger.Uploads(effect)) await FinishAsync(store, token, intent, bytes);
        return faults;
    }

    async Task CheckNameAsync(FolderStore store, string name)
    {
        var allowed = ledger.Allowed(name, effect);
        var served = await store.GetAsync(name);
        var found = await store.FindAsync(Name(name), twins: false, Cancel);
        if (served is null && !allowed.Contains(null)) faults.Add($"{name}: lost");
        if (served is null && found is not null) faults.Add($"{name}: found, and not served");
        if (served is null) return;

        if (!allowed.Any(bytes => bytes is not null && bytes.AsSpan().SequenceEqual(served))) faults.Add($"{name}: {served.Length} bytes are served that are not the image");
        if (found?.Digest != DigestOf(served)) faults.Add($"{name}: the digest is not that of its bytes");
        if (found is { Durable: false }) faults.Add($"{name}: served, and not durable");
    }

    async Task CheckDigestAsync(FolderStore store, byte[] bytes)
    {
        foreach (var name in await store.FindByDigestAsync(DigestOf(bytes), 9, Cancel))
        {
            var served = await store.GetAsync(name);
            if (!bytes.AsSpan().SequenceEqual(served)) faults.Add($"{name}: said to hold bytes that it does not");
        }
    }

    // As a client does: the kept bytes count only when their digest is that of the same bytes of the file.
    async Task FinishAsync(FolderStore store, UploadToken token, UploadIntent intent, byte[] bytes)
    {
        var name = intent.Name.Text;
        if (await store.FindAsync(intent.Name, twins: true, Cancel) is not null) return;
        var upload = await store.BeginAsync(token, intent, Cancel);
        using var kept = new TestExaminer();
        await upload.ReadBackAsync(kept, Cancel);
        if (kept.CurrentDigest() != DigestOf(bytes.AsSpan(0, (int)upload.Offset)))
        {
            await upload.AbortAsync(Cancel);
            await upload.DisposeAsync();
            upload = await store.BeginAsync(token, intent, Cancel);
            if (upload.Offset != 0) faults.Add($"{name}: an aborted upload goes on");
        }

        await using (upload)
        {
            await upload.AppendAsync(bytes.AsMemory((int)upload.Offset), Cancel);
            if (!(await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel)).Won) faults.Add($"{name}: taken, though nobody has it");
        }

        var served = await store.GetAsync(name);
        if (!bytes.AsSpan().SequenceEqual(served)) faults.Add($"{name}: finished, and not served");
    }
}
