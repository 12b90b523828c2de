using Microsoft.Data.Sqlite;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>The one writer, with work that may run in place of whoever asks for it.</summary>
public sealed class IndexWriterTests : IDisposable
{
    static readonly IndexChange.Put Change = new(new IndexRow(Name("cat.jpg"), 3, 4, DigestOf([1]), null, DateTimeOffset.UnixEpoch, Durable: true, RowState.Image, null));

    readonly string folder = Directory.CreateTempSubdirectory("wirephoto-storage-").FullName;

    public IndexWriterTests() => SqliteLibrary.EnsureLoaded();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    SqliteConnection Connect(string name = "index.db") => IndexSchema.ConnectWriter(Path.Combine(folder, name))!;

    [Fact]
    public async Task Who_records_a_change_is_not_kept_for_the_changes_of_others()
    {
        using var connection = Connect();
        await using var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, TimeProvider.System);

        // While a change is written another one arrives, for a while.
        var (caller, inItsThread, arriving) = (0, 0, 20);
        var last = Task.FromResult(true);
        connection.CreateFunction("again", () =>
        {
            if (Environment.CurrentManagedThreadId == caller) inItsThread++;
            if (--arriving > 0) last = writer.WriteAsync(Change);
            return 1;
        });
        Assert.True(await writer.WriteAsync(Change));
        IndexSchema.Execute(connection, "CREATE TEMP TRIGGER more AFTER UPDATE ON image BEGIN SELECT again(); END");

        // Quick work opens the way in place.
        for (var i = 0; i < 1000; i++) await thread.RunAsync("look", () => true, Cancel);
        var first = Task.FromResult(false);
        var own = new Thread(() =>
        {
            caller = Environment.CurrentManagedThreadId;
            first = writer.WriteAsync(Change);
        });
        own.Start();
        own.Join();

        Assert.True(await first);
        await Support.Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref arriving) <= 0));
        Assert.True(await last);
        Assert.InRange(inItsThread, 0, 1);
    }

    [Fact]
    public async Task A_change_that_arrives_while_the_index_is_built_anew_waits_and_goes_into_the_new_one()
    {
        using var connection = Connect();
        using var other = Connect("other.db");
        await using var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, TimeProvider.System);
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var replaced = Task.Run(
            () => writer.Replace(() =>
            {
                begun.Set();
                go.Wait(Cancel);
                return other;
            }),
            Cancel);
        begun.Wait(Cancel);
        var written = Task.Run(() => writer.WriteAsync(Change), Cancel);
        try
        {
            await Assert.ThrowsAsync<TimeoutException>(() => written.WaitAsync(TimeSpan.FromMilliseconds(200), Cancel));
        }
        finally
        {
            go.Set();
        }

        await replaced;
        Assert.True(await written);
        Assert.Equal(1L, Rows(other));
    }

    [Fact]
    public async Task A_removal_is_flushed_as_well_after_the_index_was_built_anew()
    {
        using var connection = Connect();
        using var other = Connect("other.db");
        await using var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, TimeProvider.System);
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(Change.Row.Name)));

        writer.Replace(() => other);
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(Change.Row.Name)));

        const long Full = 2;
        using var level = other.CreateCommand();
        level.CommandText = "PRAGMA synchronous";
        Assert.Equal(Full, level.ExecuteScalar());
    }

    [Fact]
    public async Task A_posted_row_is_known_at_once_and_written_before_anything_is_read_or_after_a_moment()
    {
        var clock = new ManualClock();
        using var connection = Connect();
        await using var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, clock);

        writer.Post(Change);
        Assert.Equal([Change.Row.Name], writer.Unwritten(Change.Row.Name.Key));
        Assert.Equal(0L, Rows(connection));
        writer.Settle();
        Assert.Equal([], writer.Unwritten(Change.Row.Name.Key));
        Assert.Equal(1L, Rows(connection));

        writer.Post(Other("dog.jpg"));
        clock.Advance(TimeSpan.FromMilliseconds(50));
        await Support.Wait.UntilAsync(() => Task.FromResult(writer.Unwritten(Other("dog.jpg").Row.Name.Key).Count == 0));
        Assert.Equal(2L, Rows(connection));
    }

    [Fact]
    public async Task Many_posted_rows_are_written_without_a_wait_and_in_their_order_with_other_changes()
    {
        using var connection = Connect();
        await using var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, new ManualClock());
        for (var i = 0; i < 1000; i++) writer.Post(Other($"{i}.jpg"));
        await Support.Wait.UntilAsync(() => Task.FromResult(Rows(connection) > 800));

        writer.Post(Other("last.jpg"));
        Assert.True(await writer.WriteAsync(new IndexChange.Remove(Name("last.jpg"))));
        Assert.Equal(1000L, Rows(connection));
    }

    [Fact]
    public async Task Rows_that_were_posted_last_are_written_when_the_index_is_closed()
    {
        using (var connection = Connect())
        {
            await using var thread = new DiskThreads("index", 1);
            using var writer = new IndexWriter(connection, thread, _ => { }, new ManualClock());
            writer.Post(Change);
        }

        using var again = Connect();
        Assert.Equal(1L, Rows(again));
    }

    [Fact]
    public async Task Rows_whose_time_comes_while_the_index_is_being_closed_are_written_all_the_same()
    {
        var clock = new ManualClock();
        using var connection = Connect();
        var thread = new DiskThreads("index", 1);
        using var writer = new IndexWriter(connection, thread, _ => { }, clock);
        writer.Post(Change);
        await thread.DisposeAsync();
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([], writer.Unwritten(Change.Row.Name.Key));
        Assert.Equal(1L, Rows(connection));
    }

    static IndexChange.Put Other(string name) => new(Change.Row with { Name = Name(name) });

    static long Rows(SqliteConnection connection)
    {
        using var count = connection.CreateCommand();
        count.CommandText = "SELECT count(*) FROM image";
        return (long)count.ExecuteScalar()!;
    }
}
