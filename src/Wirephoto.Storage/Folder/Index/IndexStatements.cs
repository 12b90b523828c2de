using Microsoft.Data.Sqlite;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>The prepared statements that change the index; each runs inside the caller's transaction.</summary>
sealed class IndexStatements : IDisposable
{
    readonly SqliteConnection connection;
    readonly SqliteCommand put, remove, remember, forget;

    public IndexStatements(SqliteConnection connection)
    {
        this.connection = connection;
        put = Prepare("""
            INSERT INTO image(name, key, length, modified, digest, format, width, height, stored, durable, state, fault)
            VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT(name) DO UPDATE SET length = excluded.length, modified = excluded.modified, digest = excluded.digest,
                format = excluded.format, width = excluded.width, height = excluded.height, stored = excluded.stored,
                durable = excluded.durable, state = excluded.state, fault = excluded.fault
            """, 12);
        remove = Prepare("DELETE FROM image WHERE name = $1", 1);
        remember = Prepare("INSERT OR REPLACE INTO receipt(token, owner, name, length, digest, at) VALUES($1, $2, $3, $4, $5, $6)", 6);
        forget = Prepare("DELETE FROM receipt WHERE at < $1", 1);
    }

    /// <summary>Runs what a change asks for.</summary>
    public void Apply(IndexChange change)
    {
        switch (change)
        {
            case IndexChange.Put(var row, var receipt):
                Run(put, row.Name.Text, row.Name.Key, row.Length, row.ModifiedTicks, row.Digest?.ToArray(), row.Facts?.Format, row.Facts?.Width,
                    row.Facts?.Height, row.Stored.UtcTicks, row.Durable, (int)row.State, row.Fault);
                if (receipt is not null) Remember(receipt);
                break;
            case IndexChange.Remove(var name):
                Run(remove, name.Text);
                break;
            case IndexChange.Remember(var receipt):
                Remember(receipt);
                break;
            case IndexChange.Forget(var before):
                Run(forget, before.UtcTicks);
                break;
        }
    }

    void Remember(Receipt receipt) =>
        Run(remember, receipt.Token.ToString(), receipt.Owner, receipt.Name, receipt.Length, receipt.Digest?.ToArray(), receipt.At.UtcTicks);

    SqliteCommand Prepare(string sql, int parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter($"${i}", DBNull.Value));
        command.Prepare();
        return command;
    }

    static void Run(SqliteCommand command, params object?[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i] ?? DBNull.Value;
        command.ExecuteNonQuery();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in new[] { put, remove, remember, forget }) command.Dispose();
    }
}
