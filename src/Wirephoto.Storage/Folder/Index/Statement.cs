using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>
/// A prepared statement, run by SQLite itself: what is done once for each image costs several times as much through a command and its parameters. Used by one
/// thread at a time. Source: sqlite.org/c3ref/stmt.html.
/// </summary>
sealed class Statement : IDisposable
{
    const int ShortText = 256;

    readonly sqlite3 database;
    readonly sqlite3_stmt statement;
    int bound;

    /// <summary>Prepares it; values come for each <c>?</c> in it, in their order.</summary>
    /// <exception cref="SqliteException">It can't be prepared.</exception>
    public Statement(SqliteConnection connection, string sql)
    {
        database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(database, sql, out statement));
    }

    /// <summary>The next value is a whole number, or null.</summary>
    public Statement With(long? number)
    {
        bound++;
        Check(number is { } value ? raw.sqlite3_bind_int64(statement, bound, value) : raw.sqlite3_bind_null(statement, bound));
        return this;
    }

    /// <summary>The next value is a text, or null.</summary>
    public Statement With(string? text)
    {
        bound++;
        Check(text switch
        {
            null => raw.sqlite3_bind_null(statement, bound),

            // A span of no bytes would be null to SQLite.
            "" => raw.sqlite3_bind_text(statement, bound, text),
            _ => Bind(text),
        });
        return this;
    }

    /// <summary>The next value is a blob; an empty one is null.</summary>
    public Statement With(ReadOnlySpan<byte> blob)
    {
        bound++;
        Check(blob.IsEmpty ? raw.sqlite3_bind_null(statement, bound) : raw.sqlite3_bind_blob(statement, bound, blob));
        return this;
    }

    /// <summary>Runs it; whether it gave a row.</summary>
    /// <exception cref="SqliteException">It failed.</exception>
    public bool Run()
    {
        bound = 0;
        try
        {
            var result = raw.sqlite3_step(statement);
            SqliteException.ThrowExceptionForRC(result, database);
            return result == raw.SQLITE_ROW;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    int Bind(string text)
    {
        Span<byte> bytes = text.Length <= ShortText ? stackalloc byte[3 * ShortText] : new byte[3 * text.Length];
        return raw.sqlite3_bind_text(statement, bound, bytes[..Encoding.UTF8.GetBytes(text, bytes)]);
    }

    void Check(int result)
    {
        if (result == raw.SQLITE_OK) return;
        bound = 0;
        SqliteException.ThrowExceptionForRC(result, database);
    }

    /// <inheritdoc/>
    public void Dispose() => statement.Dispose();
}
