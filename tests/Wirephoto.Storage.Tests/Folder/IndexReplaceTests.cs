using Microsoft.Data.Sqlite;
using SQLitePCL;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Folder.Index;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>What happens to changes when the index is built anew while it is in use.</summary>
public sealed class IndexReplaceTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wirephoto-storage-").FullName;
    readonly List<StoreEvent> events = [];
    readonly List<string> statements = [];

    static IndexRow Cat => new(Name("cat.jpg"), 3, 4, DigestOf([1]), null, DateTimeOffset.UnixEpoch, Durable: true, RowState.Image, null);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_change_that_comes_while_the_index_is_replaced_waits_for_the_new_one_whatever_thread_it_is_on()
    {
        await using var threads = new DiskThreads("index", 2);
        using var writer = new IndexWriter(Connect("old.db"), threads, events.Add);
        Task<bool>? write = null;

        writer.Replace(() =>
        {
            // Long enough for the other thread to come to grief, if it may use what is closed.
            write = writer.WriteAsync(new IndexChange.Put(Cat));
            SpinWait.SpinUntil(() => write.IsCompleted, TimeSpan.FromMilliseconds(200));
            return Connect("new.db");
        });

        Assert.True(await write!);
        Assert.Empty(events);
        using var reader = new IndexReader(Path.Combine(folder, "new.db"), Protocol.Names.ImageTypes.Default);
        Assert.NotNull(reader.Find(Cat.Name));
    }

    [Fact]
    public async Task A_removal_is_flushed_in_the_new_index_too_when_the_last_change_of_the_old_one_was_a_removal()
    {
        await using var threads = new DiskThreads("index", 1);
        using var writer = new IndexWriter(Connect("old.db"), threads, events.Add);
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(Cat.Name)));

        writer.Replace(() => Traced(Connect("new.db")));
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(Cat.Name)));

        lock (statements) Assert.Contains(statements, statement => statement.Contains("synchronous = FULL", StringComparison.Ordinal));
    }

    SqliteConnection Connect(string name)
    {
        SqliteLibrary.EnsureLoaded();
        return IndexSchema.ConnectWriter(Path.Combine(folder, name))!;
    }

    SqliteConnection Traced(SqliteConnection connection)
    {
        raw.sqlite3_trace(connection.Handle, (_, statement) =>
        {
            lock (statements) statements.Add(statement);
        }, null);
        return connection;
    }
}
