using Wirephoto.Storage.Folder.Checking;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Storage.Tests.Support;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class CheckTests : IDisposable
{
    static readonly DateTimeOffset Taken = new(2020, 5, 6, 7, 8, 9, TimeSpan.Zero);

    readonly TestFolder folder = new();
    readonly ManualClock clock = new() { Skip = TimeSpan.FromSeconds(10) };
    int looks;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_tells_missing_changed_damaged_and_unindexed_images_with_and_without_a_server(bool serving)
    {
        var store = await folder.OpenAsync();
        foreach (var name in new[] { "a/good.jpg", "a/gone.jpg", "changed.jpg", "cut.jpg", "no image.jpg", "rotten.jpg", "touched.jpg" })
            await store.PutAsync(name, Bytes(name), modified: Taken);

        // Who reads the index has the rows written that are waiting to be.
        await store.StatusAsync(Cancel);
        if (!serving) await store.DisposeAsync();
        Assert.Empty(await CheckAsync());

        File.Delete(folder.File("a/gone.jpg"));
        folder.Write("changed.jpg", Bytes("changed"));
        Rot("cut.jpg", "cut");
        folder.Write("no image.jpg", Bytes("BAD"));
        Rot("rotten.jpg", "rOtten.jpg");
        File.SetLastWriteTimeUtc(folder.File("touched.jpg"), DateTime.UtcNow);
        folder.Write("new/x.jpg", Bytes("new"));
        folder.Write("junk.jpg", Bytes("BAD"));
        folder.Write("ignored.txt", Bytes("text"));
        var before = Everything();

        var findings = await CheckAsync();
        Assert.Equal(
            [
                (FindingKind.Missing, "a/gone.jpg"), (FindingKind.Changed, "changed.jpg"), (FindingKind.Damaged, "cut.jpg"), (FindingKind.Damaged, "no image.jpg"),
                (FindingKind.Damaged, "rotten.jpg"), (FindingKind.NotAnImage, "junk.jpg"), (FindingKind.Unindexed, "new/x.jpg"),
            ],
            findings.Select(finding => (finding.Kind, finding.Name)).OrderBy(finding => finding.Kind is FindingKind.NotAnImage or FindingKind.Unindexed).ThenBy(finding => finding.Name, StringComparer.Ordinal));
        Assert.Equal((DigestOf(Bytes("rotten.jpg")), DigestOf(Bytes("rOtten.jpg"))), (findings.Single(finding => finding.Name == "rotten.jpg") is var rotten ? (rotten.Recorded!.Value, rotten.Found!.Value) : default));

        // Asked again it says the same: nothing was written, nothing was taken for good.
        Assert.Equal(findings, await CheckAsync());
        Assert.Equal(before, Everything());
        if (serving) await store.DisposeAsync();
    }

    [Fact]
    public async Task A_file_that_never_was_an_image_is_not_missed_when_it_is_gone()
    {
        folder.Write("junk.jpg", Bytes("BAD"));
        File.SetLastWriteTimeUtc(folder.File("junk.jpg"), Taken.UtcDateTime);
        await using (var store = await folder.OpenAsync())
        {
            await Wait.UntilAsync(() => Task.FromResult(folder.Happened(Wirephoto.Storage.Folder.StoreEventKind.NotAnImage)));
        }

        File.Delete(folder.File("junk.jpg"));
        Assert.Empty(await CheckAsync());
    }

    [Fact]
    public async Task What_a_server_stores_and_deletes_meanwhile_is_no_finding()
    {
        await using var store = await folder.OpenAsync();
        for (var i = 0; i < 20; i++) await store.PutAsync($"old{i:D2}.jpg");
        using var done = new CancellationTokenSource();
        var busy = Task.Run(
            async () =>
            {
                for (var i = 0; !done.IsCancellationRequested; i++)
                {
                    // Never a name again: by chance it might have no row at either look.
                    await store.PutAsync($"new{i}.jpg", Bytes($"{i}"));
                    await store.DeleteAsync(Name($"new{i}.jpg"), null, Cancel);
                    if (i < 20) await store.DeleteAsync(Name($"old{i:D2}.jpg"), null, Cancel);
                }
            }, Cancel);
        for (var i = 0; i < 3; i++) Assert.Empty(await CheckAsync(clock: TimeProvider.System));
        await done.CancelAsync();
        await busy;
    }

    [Fact]
    public async Task A_finding_that_is_none_a_moment_later_is_not_reported()
    {
        await using (var store = await folder.OpenAsync()) await store.PutAsync("cat.jpg", Bytes("cat"), modified: Taken);
        Rot("cat.jpg", "c@t");
        var findings = await CheckAsync(onLook: () =>
        {
            if (looks == 1) Rot("cat.jpg", "cat");
        });
        Assert.Empty(findings);
        Assert.Equal(2, looks);
        Assert.NotEmpty(clock.Waits);
    }

    [Fact]
    public async Task Without_any_index_every_image_is_unindexed_and_the_folder_stays_as_it_is()
    {
        folder.Write("a.jpg", Bytes("a"));
        folder.Write("b/c.png", Bytes("c"));
        Assert.Equal([(FindingKind.Unindexed, "a.jpg"), (FindingKind.Unindexed, "b/c.png")], (await CheckAsync()).Select(finding => (finding.Kind, finding.Name)).Order());
        Assert.False(Directory.Exists(folder.File(".wirephoto")));
    }

    [Fact]
    public async Task Many_images_are_all_checked_in_pages()
    {
        await using var store = await folder.OpenAsync();
        await Task.WhenAll(Enumerable.Range(0, 700).Select(i => store.PutAsync($"d{i % 5}/{i}.jpg")));
        for (var i = 0; i < 300; i++) folder.Write($"foreign/{i}.jpg", Bytes("x"));
        foreach (var i in Enumerable.Range(0, 350)) File.Delete(folder.File($"d{i % 5}/{i}.jpg"));
        var findings = await CheckAsync();
        Assert.Equal((350, 300, 650), (findings.Count(finding => finding.Kind == FindingKind.Missing), findings.Count(finding => finding.Kind == FindingKind.Unindexed), findings.Count));
    }

    [Fact]
    public async Task A_spoiled_index_is_one_clear_error()
    {
        await using (var store = await folder.OpenAsync()) await store.PutAsync("cat.jpg");
        await File.WriteAllTextAsync(folder.File(".wirephoto/index.db"), new string('x', 5000), Cancel);
        var error = await Assert.ThrowsAsync<Protocol.Errors.WirephotoException>(() => CheckAsync());
        Assert.Contains("can't be read", error.Message, StringComparison.Ordinal);
    }

    async Task<List<Finding>> CheckAsync(Action? onLook = null, TimeProvider? clock = null)
    {
        var findings = new List<Finding>();
        var options = folder.Options(clock ?? this.clock) with
        {
            NewExaminer = _ =>
            {
                looks++;
                return new Reporting(() => onLook?.Invoke());
            },
        };
        await using var check = await FolderCheck.OpenAsync(options, Cancel);
        await check.RunAsync(findings.Add, Cancel);
        return findings;
    }

    void Rot(string name, string bytes)
    {
        var date = File.GetLastWriteTimeUtc(folder.File(name));
        File.WriteAllBytes(folder.File(name), Bytes(bytes));
        File.SetLastWriteTimeUtc(folder.File(name), date);
    }

    // What is in the folder and in the index, without the files that SQLite makes to read beside a writer.
    string Everything()
    {
        var files = Directory.EnumerateFiles(folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(path => !path.Contains("index.db", StringComparison.Ordinal) && !path.EndsWith("lock", StringComparison.Ordinal))
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path):O} {Convert.ToHexString(File.ReadAllBytes(path))}").Order(StringComparer.Ordinal);
        using var reader = new IndexReader(folder.File(".wirephoto/index.db"), Protocol.Names.ImageTypes.Default);
        return string.Join('\n', files.Concat(reader.All("", null, 1000).Select(row => row.ToString())));
    }

    // Tells when a file has been read through.
    sealed class Reporting(Action completed) : ImageExaminer
    {
        readonly TestExaminer inner = new();

        public override void Append(ReadOnlySpan<byte> bytes) => inner.Append(bytes);

        public override Protocol.Digest CurrentDigest() => inner.CurrentDigest();

        public override Examination Complete()
        {
            completed();
            return inner.Complete();
        }

        public override void Dispose() => inner.Dispose();
    }
}
