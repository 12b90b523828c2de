using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>What is recorded about the files of a folder: one SQLite file, one writer that batches, readers side by side. It can be deleted at any time.</summary>
sealed class ImageIndex : IAsyncDisposable
{
    const int SqliteCorrupt = 11, SqliteNotADatabase = 26, SqliteFull = 13;

    readonly string path;
    readonly ImageTypes types;
    readonly DiskThreads disk;
    readonly DiskThreads writerThread = new("index", 1);
    readonly ConcurrentBag<IndexReader> idle = [];
    readonly IndexWriter writer;

    ImageIndex(string path, SqliteConnection connection, ImageTypes types, DiskThreads disk, Action<StoreEvent> log)
    {
        (this.path, this.types, this.disk) = (path, types, disk);
        writer = new IndexWriter(connection, writerThread, log);
    }

    /// <summary>Opens the index and brings it in line with the files; one that is damaged or of another version is set aside. Blocks.</summary>
    public static ImageIndex Open(string path, ImageTypes types, DiskThreads disk, Func<IEnumerable<FoundFile>> files, DateTimeOffset now, Action<StoreEvent> log)
    {
        SqliteLibrary.EnsureLoaded();
        try
        {
            return TryOpen(path, types, disk, files, now, log) ?? SetAsideAndOpen("is of another version or program", null);
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

        ImageIndex SetAsideAndOpen(string why, Exception? cause)
        {
            var aside = SetAside(path, now);
            log(new StoreEvent(StoreEventKind.IndexRebuilt, $"the index {why}: it was kept as {aside} and is built anew from the files", null, cause));
            return TryOpen(path, types, disk, files, now, log) ?? throw new IOException("a new index can't be created");
        }
    }

    static ImageIndex? TryOpen(
        string path, ImageTypes types, DiskThreads disk, Func<IEnumerable<FoundFile>> files, DateTimeOffset now, Action<StoreEvent> log)
    {
        if (IndexSchema.ConnectWriter(path) is not { } connection) return null;
        try
        {
            var result = IndexReconcile.Run(connection, files(), now);
            log(new StoreEvent(StoreEventKind.Reconciled, $"{result.Found} files: {result.New} new, {result.Changed} changed, {result.Gone} gone"));
            return new ImageIndex(path, connection, types, disk, log);
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
            if (File.Exists(path + part)) File.Move(path + part, path + suffix + part);
        }

        return Path.GetFileName(path) + suffix;
    }

    /// <summary>Records a change, see <see cref="IndexWriter.WriteAsync"/>.</summary>
    public Task<bool> WriteAsync(IndexChange change) => writer.WriteAsync(change);

    /// <summary>Names with this key whose rows could not be written yet.</summary>
    public IReadOnlyList<ImageName> Unwritten(string key) => writer.Unwritten(key);

    /// <summary>Names whose rows could not be removed yet; null: none.</summary>
    public IReadOnlySet<string>? Unremoved() => writer.Unremoved();

    /// <summary>Reads on a disk thread. A result must not be lazy: the reader goes back when this returns.</summary>
    public Task<T> ReadAsync<T>(Func<IndexReader, T> read, CancellationToken cancel) => disk.RunAsync("read the index", () => Read(read), cancel);

    /// <summary>Reads on the calling thread, which must be one for disk work.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>: the index can't be read.</exception>
    public T Read<T>(Func<IndexReader, T> read)
    {
        IndexReader? reader = null;
        try
        {
            if (!idle.TryTake(out reader)) reader = new IndexReader(path, types);
            var result = read(reader);
            idle.Add(reader);
            return result;
        }
        catch (SqliteException e)
        {
            // A connection that failed once is not trusted again.
            reader?.Dispose();
            throw new WirephotoException(ErrorCode.StorageFailed, "the index of the images can't be read", e);
        }
    }

    /// <summary>Writes what is waiting, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await writerThread.DisposeAsync();
        while (idle.TryTake(out var reader)) reader.Dispose();
        writer.Dispose();
    }
}
