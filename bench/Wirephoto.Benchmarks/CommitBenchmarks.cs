using System.Globalization;
using BenchmarkDotNet.Attributes;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage;
using Wirephoto.Storage.Folder;
using Wirephoto.TestImages;

namespace Wirephoto.Benchmarks;

/// <summary>An image of 100 kB into the store, flushed and recorded; many of them at a time share their flushes. The folder is on the disk of the temporary files.</summary>
public class CommitBenchmarks
{
    readonly string folder = Directory.CreateTempSubdirectory("wirephoto-commit-").FullName;
    readonly byte[] image = TestPng.OfSize(100_000, 1);
    readonly ExaminerFactory newExaminer = StandardExaminer.Factory(new ServerOptions { Folder = "", Port = 0 });
    FolderStore store = null!;
    int number;

    /// <summary>How many images at a time.</summary>
    [Params(1, 32)]
    public int Callers { get; set; }

    /// <summary>Opens the store.</summary>
    [GlobalSetup]
    public async Task OpenAsync() => store = await FolderStore.OpenAsync(
        new FolderStoreOptions { Folder = folder, NewExaminer = newExaminer }, CancellationToken.None);

    /// <summary>Removes what was stored.</summary>
    [GlobalCleanup]
    public async Task RemoveAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Commits one image for each caller; one operation is all of them.</summary>
    [Benchmark]
    public Task Commit() => Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => CommitOneAsync()));

    async Task CommitOneAsync()
    {
        var name = ImageName.Parse($"{Interlocked.Increment(ref number).ToString(CultureInfo.InvariantCulture)}.png", ImageTypes.Default);
        var intent = new UploadIntent(name, image.Length, null, null, "", Resumable: false);
        await using var upload = await store.BeginAsync(UploadToken.New(), intent, CancellationToken.None);
        using var examiner = newExaminer(name);
        examiner.Append(image);
        await upload.AppendAsync(image, CancellationToken.None);
        await upload.CommitAsync(examiner.Complete(), CancellationToken.None);
    }
}
