using Microsoft.Data.Sqlite;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>A file that a walk through the folder found.</summary>
readonly record struct FoundFile(ImageName Name, long Length, long ModifiedTicks);

/// <summary>What reconciling changed.</summary>
/// <param name="Found">Files that are there.</param>
/// <param name="New">Rows that were added.</param>
/// <param name="Changed">Rows whose files are to be read again.</param>
/// <param name="Gone">Rows that were removed.</param>
/// <param name="Lost">The names of the first of them that held an image.</param>
/// <param name="Young">New files that may still be being written; they have no rows.</param>
readonly record struct ReconcileResult(int Found, int New, int Changed, int Gone, IReadOnlyList<string> Lost, IReadOnlyList<string> Young);

/// <summary>
/// Brings the rows in line with the files that are there, in one transaction; nothing is read of the files. A row whose file has another length
/// or date keeps what it recorded, so that whoever reads the file can tell a change from damage.
/// </summary>
static class IndexReconcile
{
    /// <summary>Names in each list at most, a bound for memory and for the log.</summary>
    public const int MostNames = 1000;


    public static ReconcileResult Run(SqliteConnection connection, IEnumerable<FoundFile> files, DateTimeOffset now, TimeSpan settle)
    {
        IndexSchema.FlushTransactions(connection, flush: true);
        IndexSchema.Execute(connection, """
            PRAGMA temp_store = MEMORY;
            CREATE TEMP TABLE found(name TEXT PRIMARY KEY, key TEXT NOT NULL, length INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
            BEGIN IMMEDIATE
            """);
        CrashPoints.Reach(CrashPoint.ReconcileBegun);
        var count = Fill(connection, files);
        CrashPoints.Reach(CrashPoint.ReconcileFilled);
        var lost = Names(connection, "SELECT name FROM image WHERE digest IS NOT NULL AND state <> 2 AND NOT EXISTS(SELECT 1 FROM found WHERE found.name = image.name)", now, settle);
        var gone = Change(connection, "DELETE FROM image WHERE NOT EXISTS(SELECT 1 FROM found WHERE found.name = image.name)", now, settle);
        var changed = Change(connection, """
            UPDATE image SET digest = CASE state WHEN 2 THEN NULL ELSE digest END, durable = 0, state = 0, fault = NULL
            FROM found WHERE found.name = image.name AND (found.length <> image.length OR found.modified <> image.modified)
            """, now, settle);
        // A newer Unicode may fold a name differently.
        Change(connection, "UPDATE image SET key = found.key FROM found WHERE found.name = image.name AND found.key <> image.key", now, settle);
        const string Added = "FROM found WHERE NOT EXISTS(SELECT 1 FROM image WHERE image.name = found.name) AND abs($now - found.modified)";
        var young = Names(connection, $"SELECT name {Added} < $settle", now, settle);
        var added = Change(connection, $"""
            INSERT INTO image(name, key, length, modified, stored, durable, state)
            SELECT name, key, length, modified, $now, 0, 0 {Added} >= $settle
            """, now, settle);
        CrashPoints.Reach(CrashPoint.ReconcileChanged);
        IndexSchema.Execute(connection, "COMMIT; DROP TABLE temp.found");
        CrashPoints.Reach(CrashPoint.ReconcileCommitted);
        IndexSchema.FlushTransactions(connection, flush: false);
        return new ReconcileResult(count, added, changed, gone, lost, young);
    }

    static int Fill(SqliteConnection connection, IEnumerable<FoundFile> files)
    {
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT OR IGNORE INTO temp.found VALUES($name, $key, $length, $modified)";
        var name = insert.Parameters.Add("$name", SqliteType.Text);
        var key = insert.Parameters.Add("$key", SqliteType.Text);
        var length = insert.Parameters.Add("$length", SqliteType.Integer);
        var modified = insert.Parameters.Add("$modified", SqliteType.Integer);
        var count = 0;
        foreach (var file in files)
        {
            name.Value = file.Name.Text;
            key.Value = file.Name.Key;
            length.Value = file.Length;
            modified.Value = file.ModifiedTicks;
            count += insert.ExecuteNonQuery();
        }

        return count;
    }

    static int Change(SqliteConnection connection, string sql, DateTimeOffset now, TimeSpan settle)
    {
        using var command = Prepare(connection, sql, now, settle);
        return command.ExecuteNonQuery();
    }

    static List<string> Names(SqliteConnection connection, string sql, DateTimeOffset now, TimeSpan settle)
    {
        using var command = Prepare(connection, $"{sql} ORDER BY name LIMIT {MostNames}", now, settle);
        using var reader = command.ExecuteReader();
        var names = new List<string>();
        while (reader.Read()) names.Add(reader.GetString(0));
        return names;
    }

    static SqliteCommand Prepare(SqliteConnection connection, string sql, DateTimeOffset now, TimeSpan settle)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        if (sql.Contains("$now", StringComparison.Ordinal)) command.Parameters.AddWithValue("$now", now.UtcTicks);
        if (sql.Contains("$settle", StringComparison.Ordinal)) command.Parameters.AddWithValue("$settle", settle.Ticks);
        return command;
    }
}
