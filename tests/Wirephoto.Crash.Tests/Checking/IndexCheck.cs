using Microsoft.Data.Sqlite;

namespace Wirephoto.Crash.Tests.Checking;

/// <summary>Reads the index with statements of its own.</summary>
static class IndexCheck
{
    static readonly bool loaded = Load();

    /// <summary>How many files nobody has read yet; null: there is no index to be read.</summary>
    public static long? Unread(string folder)
    {
        using var index = Open(folder);
        return (long)Command(index, "SELECT count(*) FROM image WHERE state = 0").ExecuteScalar()!;
    }

    /// <summary>Every file has its row, every row its file, and they say the same; so do the totals. The server is at rest.</summary>
    public static void Run(string folder, Ledger ledger)
    {
        var files = FolderCheck.Visible(folder);
        using var index = Open(folder);
        if ((string)Command(index, "PRAGMA integrity_check").ExecuteScalar()! is var verdict && verdict != "ok") ledger.Found(FaultKind.Index, verdict);

        var bytes = files.Values.Sum(file => file.File.Length);
        var images = files.Count;
        using (var rows = Command(index, "SELECT name, length, modified, lower(hex(digest)), durable, state FROM image").ExecuteReader())
        {
            while (rows.Read())
            {
                var name = rows.GetString(0);
                if (!files.Remove(name, out var file))
                {
                    ledger.Found(FaultKind.Index, $"{name}: a row without a file");
                    continue;
                }

                var row = (rows.GetInt64(1), rows.GetInt64(2), rows.GetString(3), rows.GetInt64(4), rows.GetInt64(5));
                var real = (file.File.Length, file.File.LastWriteTimeUtc.Ticks, file.Sha256, 1L, 1L);
                if (row != real) ledger.Found(FaultKind.Index, $"{name}: the row says {row}, the file {real}");
            }
        }

        foreach (var name in files.Keys) ledger.Found(FaultKind.Index, $"{name}: a file without a row");
        using var totals = Command(index, "SELECT images, bytes FROM total").ExecuteReader();
        totals.Read();
        if ((totals.GetInt64(0), totals.GetInt64(1)) != (images, bytes)) ledger.Found(FaultKind.Index, "the totals are not those of the files");
    }

    static SqliteConnection Open(string folder)
    {
        Assert.True(loaded);
        var path = Path.Combine(folder, ".wirephoto", "index.db");
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
        Command(connection, "PRAGMA busy_timeout = 5000").ExecuteNonQuery();
        return connection;
    }

    static SqliteCommand Command(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    static bool Load()
    {
        SQLitePCL.Batteries_V2.Init();
        return true;
    }
}
