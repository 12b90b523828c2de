using System.Text;
using Microsoft.Data.Sqlite;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>One connection that reads, with its prepared commands; used by one thread at a time.</summary>
sealed class IndexReader : IDisposable
{
    const string Columns = "name, length, modified, digest, format, width, height, stored, durable, state, fault";

    readonly SqliteConnection connection;
    readonly ImageTypes types;
    readonly SqliteCommand byName, contentByName, byKey, byDigest, unread, receipt, totals, from, after, all;
    readonly Statement anyWithKey;
    string format = "";

    /// <summary>Opens a connection of its own.</summary>
    public IndexReader(string path, ImageTypes types)
        : this(IndexSchema.Connect(path, write: false), types)
    {
    }

    /// <summary>Takes over a connection.</summary>
    public IndexReader(SqliteConnection connection, ImageTypes types)
    {
        this.types = types;
        this.connection = connection;
        byName = Prepare($"SELECT {Columns} FROM image WHERE name = $1");
        contentByName = Prepare("SELECT length, modified, CASE WHEN digest IS NULL THEN 0 ELSE state END FROM image WHERE name = $1");
        byKey = Prepare($"SELECT {Columns} FROM image WHERE key = $1 ORDER BY name");
        anyWithKey = new Statement(connection, "SELECT 1 FROM image WHERE key = ?");
        byDigest = Prepare($"SELECT {Columns} FROM image WHERE digest = $1 AND durable = 1 AND state = 1 ORDER BY name");
        unread = Prepare($"SELECT {Columns} FROM image WHERE state = 0 AND name > $1 ORDER BY name LIMIT $2");
        all = Prepare($"SELECT {Columns} FROM image WHERE name > $1 AND name < $2 ORDER BY name LIMIT $3");
        receipt = Prepare("SELECT owner, name, length, digest, at FROM receipt WHERE token = $1");
        totals = Prepare("SELECT images, bytes FROM total");
        from = Prepare($"SELECT {Columns} FROM image WHERE name >= $1 AND name < $2 AND state <> 2 ORDER BY name");
        after = Prepare($"SELECT {Columns} FROM image WHERE name > $1 AND name < $2 AND state <> 2 ORDER BY name");
    }

    /// <summary>Which building of the index it was opened for.</summary>
    public int Generation { get; init; }

    /// <summary>The record of exactly this name.</summary>
    public IndexRow? Find(ImageName name) => Rows(byName, name.Text).FirstOrDefault();

    /// <summary>What is recorded of the content of each of these names, in their order and as of one moment; null: nothing.</summary>
    public RecordedContent?[] FindContents(IReadOnlyList<ImageName> names)
    {
        var contents = new RecordedContent?[names.Count];

        // Without a transaction around them every look would lock the index for itself.
        using var moment = connection.BeginTransaction(deferred: true);
        contentByName.Transaction = moment;
        for (var i = 0; i < contents.Length; i++)
        {
            using var reader = Run(contentByName, names[i].Text);
            if (reader.Read()) contents[i] = new RecordedContent(reader.GetInt64(0), reader.GetInt64(1), (RowState)reader.GetInt32(2));
        }

        contentByName.Transaction = null;
        return contents;
    }

    /// <summary>The records of all spellings of a name.</summary>
    public IReadOnlyList<IndexRow> FindKey(string key) => [.. Rows(byKey, key)];

    /// <summary>Whether there is a record of any spelling of a name.</summary>
    public bool HasKey(string key) => anyWithKey.With(key).Run();

    /// <summary>The records of durable images with these bytes, sorted by name.</summary>
    public IEnumerable<IndexRow> FindDigest(Digest digest) => Rows(byDigest, digest.ToArray());

    /// <summary>Files that nobody has read yet, sorted by name.</summary>
    public IReadOnlyList<IndexRow> Unread(string afterName, int most) => [.. Rows(unread, afterName, most)];

    /// <summary>Records from a name on, below <paramref name="end"/> (null: to the last), sorted by name; what is no image is left out. Each is read when it is taken.</summary>
    public IEnumerable<IndexRow> Range(string start, bool inclusive, string? end) =>
        // To SQLite every text is less than any blob, so an empty one is the end of all names.
        Rows(inclusive ? from : after, start, end ?? (object)Array.Empty<byte>());

    /// <summary>Records behind a name and below <paramref name="end"/> (null: to the last), whatever they are of, sorted by name.</summary>
    public IReadOnlyList<IndexRow> All(string afterName, string? end, int most) => [.. Rows(all, afterName, end ?? (object)Array.Empty<byte>(), most)];

    /// <summary>The receipt of a token.</summary>
    public Receipt? FindReceipt(UploadToken token)
    {
        using var reader = Run(receipt, token.ToString());
        return reader.Read()
            ? new Receipt(token, reader.GetString(0), reader.GetString(1), reader.GetInt64(2), ReadDigest(reader, 3), Time(reader.GetInt64(4)))
            : null;
    }

    /// <summary>How many images there are, and their bytes.</summary>
    public (long Images, long Bytes) Totals()
    {
        using var reader = Run(totals);
        reader.Read();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    IEnumerable<IndexRow> Rows(SqliteCommand command, params object[] values)
    {
        using var reader = Run(command, values);
        while (reader.Read())
        {
            if (ReadRow(new RowColumns(reader)) is { } row) yield return row;
        }
    }

    // Null: a name that is not valid (any more) is passed over, for the types may have been narrowed since it was recorded.
    IndexRow? ReadRow(RowColumns columns)
    {
        if (!ImageName.TryParse(columns.Text(0), types, out var name)) return null;
        Digest? digest = columns.Bytes(3) is { Length: Digest.Size } bytes ? new Digest(bytes) : null;
        var facts = Format(columns.Bytes(4)) is { } word ? new PictureFacts(word, (int)columns.Number(5), (int)columns.Number(6)) : null;
        var state = digest is null ? RowState.Unread : (RowState)columns.Number(9);
        return new IndexRow(name, columns.Number(1), columns.Number(2), digest, facts, Time(columns.Number(7)), columns.Number(8) != 0, state,
            columns.Text(10) is { Length: > 0 } fault ? fault : null);
    }

    // Most rows have the format of the row before.
    string? Format(ReadOnlySpan<byte> word)
    {
        if (word.IsEmpty) return null;
        if (!Ascii.Equals(word, format)) format = Encoding.UTF8.GetString(word);
        return format;
    }

    SqliteCommand Prepare(string sql)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this class
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; sql.Contains($"${i}", StringComparison.Ordinal); i++) command.Parameters.Add(new SqliteParameter($"${i}", ""));
        command.Prepare();
        return command;
    }

    static SqliteDataReader Run(SqliteCommand command, params object[] values)
    {
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        return command.ExecuteReader();
    }

    static Digest? ReadDigest(SqliteDataReader reader, int column) =>
        !reader.IsDBNull(column) && reader.GetFieldValue<byte[]>(column) is { Length: Digest.Size } bytes ? new Digest(bytes) : null;

    static DateTimeOffset Time(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);

    /// <inheritdoc/>
    public void Dispose()
    {
        anyWithKey.Dispose();
        foreach (var command in new[] { byName, contentByName, byKey, byDigest, unread, receipt, totals, from, after, all }) command.Dispose();
        connection.Dispose();
    }
}
