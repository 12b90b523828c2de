using System.Text;
using Microsoft.Data.Sqlite;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>
/// The columns of the row that a reader stands on, asked of SQLite itself: a listing reads a million of them, and each costs a fraction of what it does
/// through the reader. Source: sqlite.org/c3ref/column_blob.html.
/// </summary>
/// <remarks>The functions return at once and never call back, so the collector may wait for them. Values are good until the reader's next step.</remarks>
readonly unsafe ref struct RowColumns
{
    static readonly delegate* unmanaged[SuppressGCTransition]<nint, int, long> Int64 =
        (delegate* unmanaged[SuppressGCTransition]<nint, int, long>)SqliteLibrary.Function("sqlite3_column_int64");

    static readonly delegate* unmanaged[SuppressGCTransition]<nint, int, byte*> Blob =
        (delegate* unmanaged[SuppressGCTransition]<nint, int, byte*>)SqliteLibrary.Function("sqlite3_column_blob");

    static readonly delegate* unmanaged[SuppressGCTransition]<nint, int, int> Length =
        (delegate* unmanaged[SuppressGCTransition]<nint, int, int>)SqliteLibrary.Function("sqlite3_column_bytes");

    readonly nint statement;

    /// <summary>The columns of a reader's row; the reader must stay open.</summary>
    public RowColumns(SqliteDataReader reader) => statement = reader.Handle!.DangerousGetHandle();

    /// <summary>A whole number; 0 for null.</summary>
    public long Number(int column) => Int64(statement, column);

    /// <summary>The bytes of a blob, or of a text in UTF-8; null and empty are one.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        // In this order, see the source: the bytes first, then how many they are.
        var bytes = Blob(statement, column);
        return bytes == null ? default : new(bytes, Length(statement, column));
    }

    /// <summary>A text; null and empty are one.</summary>
    public string Text(int column) => Encoding.UTF8.GetString(Bytes(column));
}
