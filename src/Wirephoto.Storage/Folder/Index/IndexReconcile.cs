using Microsoft.Data.Sqlite;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>A file that a walk through the folder found.</summary>
readonly record struct FoundFile(ImageName Name, long Length, long ModifiedTicks);

/// <summary>What reconciling changed.</summary>
readonly record struct ReconcileResult(int Found, int New, int Changed, int Gone);

/// <summary>Brings the rows in line with the files that are there, in one transaction; nothing is read of the files.</summary>
static class IndexReconcile
{
    public static ReconcileResult Run(SqliteConnection connection, IEnumerable<FoundFile> files, DateTimeOffset now)
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
        var gone = Change(connection, "DELETE FROM image WHERE NOT EXISTS(SELECT 1 FROM found WHERE found.name = image.name)", now);
        var changed = Change(connection, """
            UPDATE image SET length = found.length, modified = found.modified, digest = NULL, format = NULL, width = NULL, height = NULL,
                stored = $now, durable = 0, state = 0, fault = NULL
            FROM found WHERE found.name = image.name AND (found.length <> image.length OR found.modified <> image.modified)
            """, now);
        // A newer Unicode may fold a name differently.
        Change(connection, "UPDATE image SET key = found.key FROM found WHERE found.name = image.name AND found.key <> image.key", now);
        var added = Change(connection, """
            INSERT INTO image(name, key, length, modified, stored, durable, state)
            SELECT name, key, length, modified, $now, 0, 0 FROM found WHERE NOT EXISTS(SELECT 1 FROM image WHERE image.name = found.name)
            """, now);
        CrashPoints.Reach(CrashPoint.ReconcileChanged);
        IndexSchema.Execute(connection, "COMMIT; DROP TABLE temp.found");
        CrashPoints.Reach(CrashPoint.ReconcileCommitted);
        IndexSchema.FlushTransactions(connection, flush: false);
        return new ReconcileResult(count, added, changed, gone);
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

    static int Change(SqliteConnection connection, string sql, DateTimeOffset now)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        if (sql.Contains("$now", StringComparison.Ordinal)) command.Parameters.AddWithValue("$now", now.UtcTicks);
        return command.ExecuteNonQuery();
    }
}
