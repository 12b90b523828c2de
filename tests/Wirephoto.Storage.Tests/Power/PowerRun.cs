using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Power;

/// <summary>One run of a store over a medium, through everything that changes state, with two restarts; one of them without a goodbye.</summary>
sealed class PowerRun : IDisposable
{
    static readonly DateTimeOffset Date = new(2020, 2, 2, 2, 2, 2, TimeSpan.Zero);

    readonly string folder = Directory.CreateTempSubdirectory("wirephoto-power-").FullName;
    readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly ManualResetEventSlim thaw = new();
    string? refused;
    string? frozen;

    PowerRun(Honesty honesty)
    {
        Medium = new Medium(honesty, () => IndexFiles.Read(Path.Combine(folder, ".wirephoto", "index.db")));
        Ledger = new PowerLedger(Medium);
    }

    public Medium Medium { get; }

    public PowerLedger Ledger { get; }

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<PowerRun> RunAsync(Honesty honesty)
    {
        var run = new PowerRun(honesty);
        try
        {
            await run.RunAsync();
            return run;
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        thaw.Dispose();
    }

    async Task RunAsync()
    {
        var unfinished = (Token: UploadToken.New(), Bytes: Noise(900, 20));
        await using (var store = await OpenAsync()) await FirstAsync(store, unfinished.Token, unfinished.Bytes);

        var second = await OpenAsync();
        await PiecesAsync(second, "unfinished.jpg", unfinished.Bytes, unfinished.Token);
        await PutAsync(second, "second/after.jpg", Noise(300, 21));

        // The second one stops between the image's name and its flush, and never goes on.
        frozen = "end";
        var (token, bytes) = (UploadToken.New(), Noise(500, 22));
        var stuck = PiecesAsync(second, "end/frozen.jpg", bytes, token);
        await reached.Task.WaitAsync(Cancel);
        await using (var third = await OpenAsync()) await ThirdAsync(third, token, bytes);

        Medium.Do("end", () => true, _ => { });
        Medium.End();
        thaw.Set();
        await Assert.ThrowsAnyAsync<Exception>(() => stuck);
        await second.DisposeAsync();
    }

    async Task FirstAsync(FolderStore store, UploadToken unfinished, byte[] bytes)
    {
        await PutAsync(store, "top.jpg", Noise(400, 1));

        // Who reads the index has this row written.
        await store.StatusAsync(Cancel);
        await PutAsync(store, "a/b/nested.jpg", Noise(500, 2));
        await PiecesAsync(store, "a/pieces.jpg", Noise(600, 3), UploadToken.New());
        await Task.WhenAll(PutAsync(store, "a/one.jpg", Noise(300, 4)), PutAsync(store, "a/c/d/two.jpg", Noise(350, 5)));
        await Task.WhenAll(PutAsync(store, "race.jpg", Noise(300, 6)), PutAsync(store, "race.jpg", Noise(300, 7)));

        // The same name, length and date, but other bytes.
        await DeleteAsync(store, "top.jpg");
        await PutAsync(store, "top.jpg", Noise(400, 8));
        await DeleteAsync(store, "a/b/nested.jpg");

        await BeginAsync(store, UploadToken.New(), "old.jpg", Noise(700, 9));
        await store.SweepAsync(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(1), Cancel);
        await BeginAsync(store, unfinished, "unfinished.jpg", bytes);

        // Published, but the staging file can't be removed: the next start finds it.
        var left = UploadToken.New();
        refused = left.ToString();
        await PiecesAsync(store, "a/left.jpg", Noise(450, 10), left);
        refused = null;
    }

    // The client repeats its commit: what is said to be stored now must be.
    async Task ThirdAsync(FolderStore store, UploadToken token, byte[] bytes)
    {
        Assert.NotNull(await store.FindCommittedAsync(token, "", Cancel));
        Ledger.Done("end/frozen.jpg", bytes);
        await DeleteAsync(store, "a/one.jpg");
        await PutAsync(store, "end/last.jpg", Noise(300, 11));
    }

    Task<FolderStore> OpenAsync() => FolderStore.OpenAsync(
        new FolderStoreOptions
        {
            Folder = folder,
            NewExaminer = _ => new TestExaminer(),
            OpenDisk = path => new MediumFolder(DiskFolder.Open(path), Medium, Medium.Root, Hook),
            Threads = 3,
        },
        Cancel);

    async Task PutAsync(FolderStore store, string name, byte[] bytes)
    {
        Ledger.Asked(name, bytes);
        if ((await store.PutAsync(name, bytes, modified: Date)).Won) Ledger.Done(name, bytes);
    }

    async Task PiecesAsync(FolderStore store, string name, byte[] bytes, UploadToken token)
    {
        Ledger.Asked(name, bytes);
        var intent = Intent(name, bytes);
        Ledger.Begun(token, intent, bytes);
        await using var upload = await store.BeginAsync(token, intent, Cancel);
        var half = bytes.Length / 2;
        if (upload.Offset == 0) await upload.AppendAsync(bytes.AsMemory(0, half), Cancel);
        await upload.AppendAsync(bytes.AsMemory(half), Cancel);
        if ((await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel)).Won) Ledger.Done(name, bytes);
    }

    async Task BeginAsync(FolderStore store, UploadToken token, string name, byte[] bytes)
    {
        var intent = Intent(name, bytes);
        Ledger.Begun(token, intent, bytes);
        await using var upload = await store.BeginAsync(token, intent, Cancel);
        await upload.AppendAsync(bytes.AsMemory(0, bytes.Length / 2), Cancel);
    }

    async Task DeleteAsync(FolderStore store, string name)
    {
        Ledger.Asked(name, null);
        Assert.True(await store.DeleteAsync(Name(name), null, Cancel));
        Ledger.Done(name, null);
    }

    void Hook(string verb, string name)
    {
        if (verb == "unlink" && name == refused) throw new DiskFaultException(DiskFault.Other, "refused by the test");
        if (verb != "flush folder" || name != frozen) return;

        // Only the first that comes by: the next server works.
        frozen = null;
        reached.SetResult();
        thaw.Wait();
        throw new DiskFaultException(DiskFault.Other, "its power is gone");
    }
}
