using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public abstract class RestartTests(DiskKind kind) : IDisposable
{
    readonly TestFolder folder = new(kind);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_second_server_on_the_folder_is_refused_and_told_who_has_it()
    {
        await using (var store = await folder.OpenAsync())
        {
            var error = await Assert.ThrowsAsync<WirephotoException>(() => folder.OpenAsync());
            Assert.Equal(ErrorCode.StorageFailed, error.Code);

            // Only Linux lets others read a file that is locked.
            var holder = kind == DiskKind.Native && OperatingSystem.IsLinux() ? $" (process {Environment.ProcessId})" : "";
            Assert.Contains($"another server{holder} serves this folder already", error.Message, StringComparison.Ordinal);
            Assert.True((await store.PutAsync("cat.jpg")).Won);
        }

        await using var next = await folder.OpenAsync();
        Assert.Equal(Bytes("cat.jpg"), await next.GetAsync("cat.jpg"));
    }

    [Fact]
    public async Task Deleting_the_index_loses_no_image()
    {
        await using (var store = await folder.OpenAsync()) await store.PutAsync("trip/cat.jpg", Bytes("cat"));
        foreach (var file in Directory.GetFiles(folder.File(".wirephoto"), "index.db*")) File.Delete(file);
        await using var next = await folder.OpenAsync();
        Assert.Equal(["trip/"], await next.ListAllAsync());
        Assert.Equal(Bytes("cat"), await next.GetAsync("trip/cat.jpg"));
        Assert.Equal(["trip/cat.jpg"], await next.FindByDigestAsync(DigestOf(Bytes("cat")), 1, Cancel));
    }

    [Theory]
    [InlineData("this is no database, but long enough to be looked at as one, and then some more of it to fill a page")]
    [InlineData("")]
    [InlineData("SQLite format 3\0")]
    public async Task A_damaged_index_is_set_aside_and_built_anew(string content)
    {
        await using (var store = await folder.OpenAsync()) await store.PutAsync("cat.jpg", Bytes("cat"));
        await File.WriteAllBytesAsync(folder.File(".wirephoto/index.db"), Encoding.UTF8.GetBytes(content), Cancel);
        await using var next = await folder.OpenAsync();
        Assert.Equal(Bytes("cat"), await next.GetAsync("cat.jpg"));
        Assert.Equal(["cat.jpg"], await next.ListAllAsync());
        if (content.Length == 0) return; // an empty file is a new index
        Assert.True(folder.Happened(StoreEventKind.IndexRebuilt));
        var aside = Assert.Single(Directory.GetFiles(folder.File(".wirephoto"), "index.db.aside-*"));
        Assert.Equal(content, File.ReadAllText(aside));
    }

    [Fact]
    public async Task An_index_damaged_in_the_middle_is_set_aside_and_built_anew()
    {
        await using (var store = await folder.OpenAsync())
        {
            for (var i = 0; i < 300; i++) folder.Write($"some/longer/name/to/fill/pages/{i}.jpg", [1]);
        }

        await (await folder.OpenAsync()).DisposeAsync();
        var index = folder.File(".wirephoto/index.db");
        var bytes = await File.ReadAllBytesAsync(index, Cancel);
        bytes.AsSpan(4096).Fill(0x5A);
        await File.WriteAllBytesAsync(index, bytes, Cancel);
        await using var next = await folder.OpenAsync();
        Assert.True(folder.Happened(StoreEventKind.IndexRebuilt));
        Assert.Equal(300, (await next.ListAllAsync(recursive: true)).Length);
    }

    [Fact]
    public async Task An_index_of_a_newer_version_is_set_aside_not_touched()
    {
        await using (var store = await folder.OpenAsync()) await store.PutAsync("cat.jpg", Bytes("cat"));
        using (var connection = Storage.Folder.Index.IndexSchema.Connect(folder.File(".wirephoto/index.db"), write: true))
            Storage.Folder.Index.IndexSchema.Execute(connection, "PRAGMA user_version = 99");
        await using var next = await folder.OpenAsync();
        Assert.True(folder.Happened(StoreEventKind.IndexRebuilt));
        Assert.Equal(["cat.jpg"], await next.ListAllAsync());
    }

    [Fact]
    public async Task A_resumable_upload_survives_a_restart_and_a_direct_one_does_not()
    {
        var bytes = Noise(100_000);
        var (resumable, direct) = (UploadToken.New(), UploadToken.New());
        await using (var store = await folder.OpenAsync())
        {
            // Not disposed before the store is: as when the process ends in the middle.
            var first = await store.BeginAsync(resumable, Intent("a.jpg", bytes, "ann", digest: false), Cancel);
            await first.AppendAsync(bytes.AsMemory(0, 60_000), Cancel);
            var second = await store.BeginAsync(direct, Intent("b.jpg", bytes, resumable: false), Cancel);
            await second.AppendAsync(bytes.AsMemory(0, 60_000), Cancel);
        }

        await using var next = await folder.OpenAsync();
        Assert.Equal([resumable.ToString(), resumable + ".json"], Directory.GetFiles(folder.Incoming).Select(Path.GetFileName).Order());
        await FailsAsync(ErrorCode.UploadConflict, () => next.BeginAsync(resumable, Intent("a.jpg", bytes, "bob", digest: false), Cancel));
        await using var upload = await next.BeginAsync(resumable, Intent("a.jpg", bytes, "ann", digest: false), Cancel);
        Assert.Equal(60_000, upload.Offset);
        await upload.AppendAsync(bytes.AsMemory(60_000), Cancel);
        await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel);
        Assert.Equal(bytes, await next.GetAsync("a.jpg"));
    }

    [Fact]
    public async Task Leftovers_that_make_no_sense_are_removed()
    {
        await (await folder.OpenAsync()).DisposeAsync();
        var token = UploadToken.New().ToString();
        foreach (var (name, content) in new[]
        {
            (token, "bytes"), (token + ".json", "{\"name\":\"../../etc/x.jpg\",\"length\":10,\"owner\":\"\"}"),
            (UploadToken.New() + ".json", "{}"), (UploadToken.New() + ".json.new", "{"), ("self-test", "x"), ("who knows", "y"),
        }) await File.WriteAllTextAsync(Path.Combine(folder.Incoming, name), content, Cancel);
        await using var store = await folder.OpenAsync();
        Assert.Empty(Directory.GetFileSystemEntries(folder.Incoming));
        Assert.True(folder.Happened(StoreEventKind.LeftoversFound));
    }

    [Fact]
    public async Task A_crash_between_publishing_and_cleaning_up_leaves_the_image_and_its_receipt()
    {
        var bytes = Bytes("cat");
        var token = UploadToken.New();
        await using (var store = await folder.OpenAsync())
        {
            var upload = await store.BeginAsync(token, Intent("trip/cat.jpg", bytes), Cancel);
            await upload.AppendAsync(bytes, Cancel);
        }

        // What the commit had done when the power failed: link(2), and nothing after it.
        Directory.CreateDirectory(folder.File("trip"));
        Assert.Equal(0, await Shell.RunAsync("ln", Path.Combine(folder.Incoming, token.ToString()), folder.File("trip/cat.jpg")));
        await using var next = await folder.OpenAsync();
        Assert.Empty(Directory.GetFiles(folder.Incoming));
        Assert.Equal(bytes, await next.GetAsync("trip/cat.jpg"));
        Assert.Equal(DigestOf(bytes), (await next.FindCommittedAsync(token, "", Cancel))?.Digest);
        await using var again = await next.BeginAsync(token, Intent("trip/cat.jpg", bytes), Cancel);
        Assert.NotNull(again.Committed);
    }

    [Fact]
    public async Task A_receipt_survives_a_restart()
    {
        var bytes = Bytes("cat");
        var token = UploadToken.New();
        await using (var store = await folder.OpenAsync())
        {
            await using var upload = await store.BeginAsync(token, Intent("cat.jpg", bytes, "ann"), Cancel);
            await upload.AppendAsync(bytes, Cancel);
            await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel);
        }

        await using var next = await folder.OpenAsync();
        Assert.Equal("cat.jpg", (await next.FindCommittedAsync(token, "ann", Cancel))?.Name.Text);
    }

    [Fact]
    public async Task An_upload_whose_image_is_dated_long_ago_is_not_swept_after_a_crash()
    {
        var bytes = Bytes("cat");
        var token = UploadToken.New();
        await using (var store = await folder.OpenAsync())
        {
            var upload = await store.BeginAsync(token, Intent("cat.jpg", bytes), Cancel);
            await upload.AppendAsync(bytes, Cancel);
        }

        File.SetLastWriteTimeUtc(Path.Combine(folder.Incoming, token.ToString()), new DateTime(1999, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using var next = await folder.OpenAsync();
        Assert.Equal(0, (await next.SweepAsync(TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(1), Cancel)).Uploads);
    }

    [Fact]
    public async Task A_published_file_has_the_ordinary_mode_and_one_name()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("cat.jpg");
        folder.Write("plain.jpg", [1]);
        const UnixFileMode readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        Assert.Equal(File.GetUnixFileMode(folder.File("plain.jpg")) & readable, File.GetUnixFileMode(folder.File("cat.jpg")));
        Assert.Empty(Directory.GetFiles(folder.Incoming));
    }
}
