using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>What is recorded about the files of a folder: one SQLite file, one writer that batches, readers side by side. It can be deleted at any time.</summary>
sealed class ImageIndex : IAsyncDisposable
{
    const int SqliteCorrupt = 11, SqliteFull = 13, SqliteCantOpen = 14, SqliteNotADatabase = 26;

    readonly string path;
    readonly FolderStoreOptions options;
    readonly DiskThreads disk;
    readonly Func<IEnumerable<FoundFile>> files;
    readonly DiskThreads writerThread = new("index", 1);
    readonly ConcurrentBag<IndexReader> idle = [];
    readonly IndexWriter writer;
    volatile bool isDamaged;
    volatile int generation;

    ImageIndex(string path, SqliteConnection connection, FolderStoreOptions options, DiskThreads disk, Func<IEnumerable<FoundFile>> files)
    {
        (this.path, this.options, this.disk, this.files) = (path, options, disk, files);
        writer = new IndexWriter(connection, writerThread, options.Log, options.Clock);
    }

    /// <summary>New files that the start found and that may still be being written; they have no rows yet.</summary>
    public IReadOnlyList<string> Young { get; private init; } = [];

    /// <summary>Opens the index and brings it in line with the files; one that is damaged or of another version is set aside. Blocks.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: it can't be opened or written, with what to do.</exception>
    public static ImageIndex Open(string path, FolderStoreOptions options, DiskThreads disk, Func<IEnumerable<FoundFile>> files)
    {
        SqliteLibrary.EnsureLoaded();
        try
        {
            return TryOpen(path, options, disk, files) ?? SetAsideAndOpen("is of another version or program", null);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase)
        {
            return SetAsideAndOpen("is damaged", e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == SqliteFull)
        {
            throw new WirephotoException(ErrorCode.StorageFull,
                "the disk is too full to bring the index in line with the images: free a MiB or so, by moving an image elsewhere for example, and start again", e);
        }
        catch (SqliteException e)
        {
            throw new WirephotoException(
                ErrorCode.StorageFailed,
                $"the index .wirephoto/index.db can't be opened: {e.Message.TrimEnd('.')}. Give the user that runs the server the right to write it (chown or chmod), or remove it: it is built anew from the files.", e);
        }

        ImageIndex SetAsideAndOpen(string why, Exception? cause)
        {
            var aside = SetAside(path, options.Clock.GetUtcNow());
            options.Log(new StoreEvent(StoreEventKind.IndexRebuilt, $"the index {why}: it was kept as {aside} and is built anew from the files", null, cause));
            return TryOpen(path, options, disk, files) ?? throw new IOException("a new index can't be created");
        }
    }

    static ImageIndex? TryOpen(string path, FolderStoreOptions options, DiskThreads disk, Func<IEnumerable<FoundFile>> files) =>
        TryConnect(path, options, files, out var young) is { } connection ? new ImageIndex(path, connection, options, disk, files) { Young = young } : null;

    static SqliteConnection? TryConnect(string path, FolderStoreOptions options, Func<IEnumerable<FoundFile>> files, out IReadOnlyList<string> young)
    {
        young = [];
        if (IndexSchema.ConnectWriter(path) is not { } connection) return null;
        try
        {
            var result = IndexReconcile.Run(connection, files(), options.Clock.GetUtcNow(), options.Settle);
            options.Log(new StoreEvent(StoreEventKind.Reconciled, $"{result.Found} files: {result.New} new, {result.Changed} changed, {result.Gone} gone"));
            foreach (var name in result.Lost) options.Log(new StoreEvent(StoreEventKind.Gone, "it was recorded, and there is no such file any more", name));
            young = result.Young;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    static string SetAside(string path, DateTimeOffset now)
    {
        var suffix = ".aside-" + now.ToString("yyyyMMdd'T'HHmmssfff", CultureInfo.InvariantCulture);
        foreach (var part in new[] { "", "-wal", "-shm" })
        {
            if (!File.Exists(path + part)) continue;
            File.Move(path + part, path + suffix + part);
            CrashPoints.Reach(CrashPoint.IndexSetAside);
        }

        return Path.GetFileName(path) + suffix;
    }

    /// <summary>Whether it was found to be damaged or gone, so that it must be built anew.</summary>
    public bool IsDamaged => isDamaged;

    /// <summary>Builds it anew from the files while it is in use; until they are read again, nothing is known of them but their names.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: it can't be written either.</exception>
    public async Task RebuildAsync(CancellationToken cancel)
    {
        try
        {
            // No change is written meanwhile; those that arrive go into the new one.
            await writerThread.RunAsync("build the index anew", () => writer.Replace(Rebuilt), cancel);
        }
        catch (SqliteException e)
        {
            throw new WirephotoException(ErrorCode.StorageFailed, "the index of the images can't be built anew", e);
        }
    }

    // The old connections are closed first: the last one of an index to be closed clears away its log, which goes by its name.
    SqliteConnection Rebuilt()
    {
        generation++;
        while (idle.TryTake(out var reader)) reader.Dispose();
        var aside = SetAside(path, options.Clock.GetUtcNow());
        var connection = TryConnect(path, options, files, out _) ?? throw new IOException("a new index can't be created");
        isDamaged = false;
        options.Log(new StoreEvent(StoreEventKind.IndexRebuilt, $"the index was damaged while it was in use: it was kept as {aside} and is built anew from the files"));
        return connection;
    }

    /// <summary>Records a change, see <see cref="IndexWriter.WriteAsync"/>.</summary>
    public Task<bool> WriteAsync(IndexChange change) => writer.WriteAsync(change);

    /// <summary>Records a row soon, see <see cref="IndexWriter.Post"/>.</summary>
    public void Post(IndexChange.Put row) => writer.Post(row);

    /// <summary>Names with this key whose rows are not written yet.</summary>
    public IReadOnlyList<ImageName> Unwritten(string key) => writer.Unwritten(key);

    /// <summary>Names whose rows could not be removed yet; null: none.</summary>
    public IReadOnlySet<string>? Unremoved() => writer.Unremoved();

    /// <summary>Reads as work for the disk. A result must not be lazy: the reader goes back when this returns.</summary>
    public Task<T> ReadAsync<T>(Func<IndexReader, T> read, CancellationToken cancel) => disk.RunAsync("read the index", () => Read(read), cancel);

    /// <summary>Reads at once; the caller is work for the disk.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: the index can't be read.</exception>
    public T Read<T>(Func<IndexReader, T> read)
    {
        writer.Settle();
        return ReadWritten(read);
    }

    /// <summary>The same for a caller who has asked for <see cref="Unwritten"/> names before, so that they need not be written first.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public T ReadWritten<T>(Func<IndexReader, T> read)
    {
        IndexReader? reader = null;
        try
        {
            reader = TakeReader();
            var result = read(reader);
            if (reader.Generation == generation) idle.Add(reader);
            else reader.Dispose();
            return result;
        }
        catch (SqliteException e)
        {
            // A connection that failed once is not trusted again.
            reader?.Dispose();
            if (e.SqliteErrorCode is SqliteCorrupt or SqliteNotADatabase || (e.SqliteErrorCode == SqliteCantOpen && !File.Exists(path))) isDamaged = true;
            throw new WirephotoException(ErrorCode.StorageFailed, "the index of the images can't be read", e);
        }
    }

    // What was opened before the index was built anew would read the old one.
    IndexReader TakeReader()
    {
        while (idle.TryTake(out var reader))
        {
            if (reader.Generation == generation) return reader;
            reader.Dispose();
        }

        return new IndexReader(path, options.Types) { Generation = generation };
    }

    /// <summary>Writes what is waiting, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await writerThread.DisposeAsync();
        while (idle.TryTake(out var reader)) reader.Dispose();
        writer.Dispose();
    }
}
