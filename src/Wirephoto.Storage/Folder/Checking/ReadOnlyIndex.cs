using Microsoft.Data.Sqlite;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder.Checking;

/// <summary>Opens the index of a folder that a server may be writing, or that this process may only read.</summary>
static class ReadOnlyIndex
{
    /// <summary>A reader; null: no server has recorded anything here.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/>, with what to do.</exception>
    public static IndexReader? Open(string path, ImageTypes types)
    {
        if (!File.Exists(path)) return null;
        SqliteLibrary.EnsureLoaded();
        try
        {
            return new IndexReader(Connect(path), types);
        }
        catch (SqliteException e)
        {
            throw new WirephotoException(
                ErrorCode.StorageFailed,
                $"the index .wirephoto/index.db can't be read: {e.Message.TrimEnd('.')}. Run the check as the user of the server; a damaged index is set aside and built anew when the server starts.", e);
        }
    }

    static SqliteConnection Connect(string path)
    {
        try
        {
            return Tried(IndexSchema.Connect(path, write: false));
        }
        catch (SqliteException) when (!File.Exists(path + "-wal"))
        {
            // To read beside a writer SQLite needs a file for their locks. Who may not make one reads without, which is
            // right as long as nobody writes: and a server that runs has made that file, and the log beside it.
            var address = string.Join('/', path.Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));
            return Tried(IndexSchema.Connect($"file:{address}?immutable=1", write: false));
        }
    }

    static SqliteConnection Tried(SqliteConnection connection)
    {
        try
        {
            IndexSchema.Execute(connection, "SELECT 1 FROM total");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
