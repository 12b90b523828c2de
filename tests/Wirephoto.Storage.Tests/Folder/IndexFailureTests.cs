using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class IndexFailureTests : IDisposable
{
    readonly TestFolder folder = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    void Index(string sql)
    {
        using var connection = IndexSchema.Connect(folder.File(".wirephoto/index.db"), write: true);
        IndexSchema.Execute(connection, sql);
    }

    [Fact]
    public async Task An_index_that_can_not_be_written_never_turns_a_stored_image_into_an_error()
    {
        await using var store = await folder.OpenAsync();
        Index("CREATE TRIGGER refuse BEFORE INSERT ON image BEGIN SELECT RAISE(ABORT, 'no'); END");
        var result = await store.PutAsync("cat.jpg", Bytes("cat"));
        Assert.True(result.Won);
        Assert.Equal(Bytes("cat"), await store.GetAsync("cat.jpg"));
        Assert.True(folder.Happened(StoreEventKind.IndexFailed));

        // A twin is still noticed, and nothing is overwritten.
        Assert.False((await store.PutAsync("CAT.jpg", Bytes("twin"))).Won);
        Assert.False((await store.PutAsync("cat.jpg", Bytes("other"))).Won);

        Index("DROP TRIGGER refuse");
        Assert.True((await store.PutAsync("dog.jpg")).Won);
        Assert.Equal(["cat.jpg", "dog.jpg"], await store.ListAllAsync());
        Assert.Equal(["cat.jpg"], await store.FindByDigestAsync(DigestOf(Bytes("cat")), 9, Cancel));
    }

    [Fact]
    public async Task A_row_that_the_index_refuses_does_not_keep_the_others_out()
    {
        await using var store = await folder.OpenAsync();
        Index("CREATE TRIGGER refuse BEFORE INSERT ON image WHEN new.name = 'cat.jpg' BEGIN SELECT RAISE(ABORT, 'no'); END");
        await Task.WhenAll(new[] { "ape.jpg", "cat.jpg", "dog.jpg" }.Select(name => store.PutAsync(name)));
        await store.PutAsync("eel.jpg");
        Assert.Equal(["ape.jpg", "dog.jpg", "eel.jpg"], await store.ListAllAsync());
        Assert.Single(folder.Events, happened => happened.Kind == StoreEventKind.IndexFailed);
        Index("DROP TRIGGER refuse");
        await store.PutAsync("fox.jpg");
        Assert.Equal(["ape.jpg", "cat.jpg", "dog.jpg", "eel.jpg", "fox.jpg"], await store.ListAllAsync());
    }

    [Fact]
    public async Task A_delete_that_the_index_refuses_is_a_delete()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("cat.jpg", Bytes("cat"));
        Index("CREATE TRIGGER refuse BEFORE DELETE ON image BEGIN SELECT RAISE(ABORT, 'no'); END");
        Assert.True(await store.DeleteAsync(Name("cat.jpg"), null, Cancel));
        Assert.Null(await store.FindAsync(Name("cat.jpg"), true, Cancel));
        Assert.Empty(await store.FindByDigestAsync(DigestOf(Bytes("cat")), 9, Cancel));
        Assert.True((await store.PutAsync("CAT.jpg")).Won);
    }

    [Fact]
    public async Task Rows_that_another_program_spoiled_do_no_harm()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("cat.jpg", Bytes("cat"));
        await store.PutAsync("dog.jpg", Bytes("dog"));
        Index("UPDATE image SET digest = x'00', stored = -1 WHERE name = 'cat.jpg'");
        Index("INSERT INTO image(name, key, length, modified, stored, durable, state) VALUES('../../etc/passwd.jpg', 'x', 1, 1, 1, 1, 1)");
        Assert.Equal(DigestOf(Bytes("cat")), (await store.FindAsync(Name("cat.jpg"), false, Cancel))!.Digest);
        Assert.Equal(["cat.jpg", "dog.jpg"], await store.ListAllAsync(recursive: true));
    }

    [Fact]
    public async Task A_record_without_a_file_is_gone_before_an_image_gets_its_name_length_and_date()
    {
        var date = new DateTimeOffset(2020, 5, 1, 12, 0, 0, TimeSpan.Zero);
        await using var store = await folder.OpenAsync(new TestClock());
        await store.PutAsync("cat.jpg", Bytes("cat"), modified: date);
        await store.StatusAsync(Cancel);
        File.Delete(folder.File("cat.jpg"));
        Assert.True((await store.PutAsync("cat.jpg", Bytes("dog"), modified: date)).Won);

        // What a start would find after a kill in this moment: no row, or the right one.
        Assert.DoesNotContain(Convert.ToHexString(DigestOf(Bytes("cat")).ToArray()), Digests());
        Assert.Equal(DigestOf(Bytes("dog")), (await store.FindAsync(Name("cat.jpg"), false, Cancel))!.Digest);
    }

    List<string> Digests()
    {
        using var connection = IndexSchema.Connect(folder.File(".wirephoto/index.db"), write: false);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT hex(digest) FROM image";
        using var reader = command.ExecuteReader();
        var digests = new List<string>();
        while (reader.Read()) digests.Add(reader.GetString(0));
        return digests;
    }

    [Fact]
    public async Task An_index_that_can_not_be_read_fails_what_needs_it_with_a_clear_error()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("cat.jpg");
        await store.ListAllAsync();
        Index("ALTER TABLE image RENAME TO hidden");
        await FailsAsync(ErrorCode.StorageFailed, () => store.ListAllAsync());
        await FailsAsync(ErrorCode.StorageFailed, () => store.PutAsync("dog.jpg"));
        Assert.False(File.Exists(folder.File("dog.jpg")));
        Index("ALTER TABLE hidden RENAME TO image");
        Assert.Equal(["cat.jpg"], await store.ListAllAsync());
        Assert.True((await store.PutAsync("dog.jpg")).Won);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_index_that_is_spoiled_while_the_server_runs_is_built_anew_without_a_restart(bool deleted)
    {
        await using var store = await folder.OpenAsync();
        for (var i = 0; i < 200; i++) await store.PutAsync($"{i}.jpg");
        foreach (var ending in new[] { "", "-wal", "-shm" })
        {
            var path = folder.File(".wirephoto/index.db" + ending);
            if (deleted) File.Delete(path);
            else Spoil(path);
        }

        await Wait.UntilAsync(async () =>
        {
            // Requests may fail meanwhile, with a clear error; what is deleted is noticed by the first new reader.
            try
            {
                var names = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => store.ListAllAsync()));
                return folder.Happened(StoreEventKind.IndexRebuilt) && names[0].Length == 200;
            }
            catch (WirephotoException e) when (e.Code == ErrorCode.StorageFailed)
            {
                return false;
            }
        });
        Assert.True((await store.PutAsync("after.jpg")).Won);
        Assert.Equal(Bytes("7.jpg"), await store.GetAsync("7.jpg"));
        await Wait.UntilAsync(async () => (await store.FindByDigestAsync(DigestOf(Bytes("7.jpg")), 9, Cancel)).Count == 1);
        Assert.Equal(201, (await store.ListAllAsync()).Length);
    }

    static void Spoil(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(Noise((int)file.Length));
    }
}
