using Microsoft.Data.Sqlite;
using SQLitePCL;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>SQLite has its own way to the disk: what it is told to flush is seen in the statements.</summary>
public sealed class IndexFlushTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("wirephoto-storage-").FullName;
    readonly SqliteConnection connection;
    readonly List<string> statements = [];

    public IndexFlushTests()
    {
        SqliteLibrary.EnsureLoaded();
        connection = IndexSchema.ConnectWriter(Path.Combine(folder, "index.db"))!;
        raw.sqlite3_trace(connection.Handle, (_, statement) =>
        {
            lock (statements) statements.Add(statement);
        }, null);
    }

    public void Dispose()
    {
        connection.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_removal_is_flushed_before_it_counts_so_that_a_loss_of_power_never_brings_a_row_back_for_other_bytes()
    {
        await using var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, TimeProvider.System);
        var row = new IndexRow(Name("cat.jpg"), 3, 4, DigestOf([1]), null, DateTimeOffset.UnixEpoch, Durable: true, RowState.Image, null);

        Assert.True(await writer.WriteAsync(new IndexChange.Put(row)));
        Assert.Equal([], Levels());
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(row.Name)));
        Assert.Equal(["FULL"], Levels());
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(row.Name)));
        Assert.Equal(["FULL"], Levels());
        Assert.True(await writer.WriteAsync(new IndexChange.Put(row)));
        Assert.Equal(["FULL", "NORMAL"], Levels());
    }

    [Fact]
    public void Reconciling_is_flushed_because_it_removes_rows()
    {
        IndexReconcile.Run(connection, [], DateTimeOffset.UnixEpoch, settle: TimeSpan.Zero);

        Assert.Equal(["FULL", "NORMAL"], Levels());
        Assert.True(At("FULL") < At("DELETE FROM image") && At("DELETE FROM image") < At("COMMIT") && At("COMMIT") < At("NORMAL"));
    }

    int At(string part) => statements.FindIndex(statement => statement.Contains(part, StringComparison.Ordinal));

    IEnumerable<string> Levels()
    {
        lock (statements) return [.. statements.Where(statement => statement.Contains("synchronous", StringComparison.Ordinal)).Select(statement => statement.Split('=')[1].Trim())];
    }
}
