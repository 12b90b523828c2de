using Microsoft.Data.Sqlite;
using Wirephoto.Protocol;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>The prepared statements that change the index; each runs inside the caller's transaction.</summary>
sealed class IndexStatements(SqliteConnection connection) : IDisposable
{
    readonly Statement put = new(connection, """
        INSERT INTO image(name, key, length, modified, digest, format, width, height, stored, durable, state, fault)
        VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT(name) DO UPDATE SET length = excluded.length, modified = excluded.modified, digest = excluded.digest,
            format = excluded.format, width = excluded.width, height = excluded.height, stored = excluded.stored,
            durable = excluded.durable, state = excluded.state, fault = excluded.fault
        """);

    readonly Statement remove = new(connection, "DELETE FROM image WHERE name = ?");
    readonly Statement remember = new(connection, "INSERT OR REPLACE INTO receipt(token, owner, name, length, digest, at) VALUES(?, ?, ?, ?, ?, ?)");
    readonly Statement forget = new(connection, "DELETE FROM receipt WHERE at < ?");

    /// <summary>Runs what a change asks for.</summary>
    /// <exception cref="SqliteException">SQLite refuses it.</exception>
    public void Apply(IndexChange change)
    {
        switch (change)
        {
            case IndexChange.Put(var row, var receipt):
                put.With(row.Name.Text).With(row.Name.Key).With(row.Length).With(row.ModifiedTicks).With(Bytes(row.Digest))
                    .With(row.Facts?.Format).With(row.Facts?.Width).With(row.Facts?.Height)
                    .With(row.Stored.UtcTicks).With(row.Durable ? 1 : 0).With((int)row.State).With(row.Fault).Run();
                if (receipt is not null) Remember(receipt);
                break;
            case IndexChange.Remove(var name):
                remove.With(name.Text).Run();
                break;
            case IndexChange.Remember(var receipt):
                Remember(receipt);
                break;
            case IndexChange.Forget(var before):
                forget.With(before.UtcTicks).Run();
                break;
        }
    }

    void Remember(Receipt receipt) =>
        remember.With(receipt.Token.ToString()).With(receipt.Owner).With(receipt.Name).With(receipt.Length).With(Bytes(receipt.Digest)).With(receipt.At.UtcTicks).Run();

    static ReadOnlySpan<byte> Bytes(Digest? digest) => digest is { } known ? known.ToArray() : default;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in new[] { put, remove, remember, forget }) statement.Dispose();
    }
}
