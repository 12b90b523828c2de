using Microsoft.Data.Sqlite;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>The tables of the index and how a connection to them is opened.</summary>
static class IndexSchema
{
    /// <summary>"WPho": marks the file as ours, see sqlite.org/fileformat2.html, offset 68.</summary>
    const int ApplicationId = 0x5750686F;

    const int Version = 1;

    // Names are compared as bytes (BINARY, the default), which is their order in every listing. Keys are computed in C#, never here.
    const string Tables = """
        CREATE TABLE image(
            name TEXT PRIMARY KEY, key TEXT NOT NULL, length INTEGER NOT NULL, modified INTEGER NOT NULL, digest BLOB, format TEXT,
            width INTEGER, height INTEGER, stored INTEGER NOT NULL, durable INTEGER NOT NULL, state INTEGER NOT NULL, fault TEXT) WITHOUT ROWID;
        CREATE INDEX image_key ON image(key);
        CREATE INDEX image_digest ON image(digest, name) WHERE digest IS NOT NULL;
        CREATE INDEX image_unread ON image(name) WHERE state = 0;
        CREATE TABLE receipt(
            token TEXT PRIMARY KEY, owner TEXT NOT NULL, name TEXT NOT NULL, length INTEGER NOT NULL, digest BLOB, at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX receipt_at ON receipt(at);
        CREATE TABLE total(images INTEGER NOT NULL, bytes INTEGER NOT NULL);
        INSERT INTO total VALUES(0, 0);
        CREATE TRIGGER image_added AFTER INSERT ON image WHEN new.state <> 2 BEGIN
            UPDATE total SET images = images + 1, bytes = bytes + new.length; END;
        CREATE TRIGGER image_removed AFTER DELETE ON image WHEN old.state <> 2 BEGIN
            UPDATE total SET images = images - 1, bytes = bytes - old.length; END;
        CREATE TRIGGER image_changed AFTER UPDATE OF length, state ON image BEGIN
            UPDATE total SET images = images + (new.state <> 2) - (old.state <> 2),
                bytes = bytes + (new.state <> 2) * new.length - (old.state <> 2) * old.length; END;
        """;

    /// <summary>Opens a connection to an index that exists and is of this version.</summary>
    public static SqliteConnection Connect(string path, bool write)
    {
        var mode = write ? SqliteOpenMode.ReadWriteCreate : SqliteOpenMode.ReadWrite;
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA busy_timeout = 5000");
            if (!write) Execute(connection, "PRAGMA query_only = 1");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Opens the one connection that writes; creates the tables in a new file. Null: the file is not an index of this version.</summary>
    public static SqliteConnection? ConnectWriter(string path)
    {
        var connection = Connect(path, write: true);
        try
        {
            // WAL lets readers go on during a write. NORMAL may lose the last rows when the power fails, which reconciling brings back; see FlushTransactions.
            Execute(connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 512; PRAGMA journal_size_limit = 4194304");
            var application = Number(connection, "PRAGMA application_id");
            var version = Number(connection, "PRAGMA user_version");
            if ((application, version) == (ApplicationId, Version)) return connection;
            if (application == 0 && version == 0 && Number(connection, "SELECT count(*) FROM sqlite_master") == 0)
            {
                Execute(connection, $"BEGIN IMMEDIATE; {Tables} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version}; COMMIT");
                CrashPoints.Reach(CrashPoint.IndexCreated);
                return connection;
            }
        }
        catch
        {
            connection.Dispose();
            throw;
        }

        connection.Dispose();
        return null;
    }

    /// <summary>
    /// Whether a transaction counts as done only when it is on the medium. Those that remove rows must be: a row that came back with a loss of power would
    /// describe the next file of its name, if that happened to have the same length and date. A row that is lost is found again by its file.
    /// </summary>
    public static void FlushTransactions(SqliteConnection connection, bool flush) => Execute(connection, flush ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");

    /// <summary>Runs statements that give nothing back; the text is ours alone, values never become part of it.</summary>
    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this folder
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    static long Number(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }
}
