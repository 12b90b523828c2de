using System.Runtime.InteropServices;
using SQLitePCL;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>Which SQLite is used: the operating system's, which it keeps patched, else the one that was built with the package.</summary>
static class SqliteLibrary
{
    static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Loads the library once per process.</summary>
    public static void EnsureLoaded() => _ = Loaded.Value;

    static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
            name == "e_sqlite3" && NativeLibrary.TryLoad("libsqlite3.so.0", out var system) ? system : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }
}
