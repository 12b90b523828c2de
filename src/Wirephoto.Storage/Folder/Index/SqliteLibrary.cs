using System.Reflection;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>Which SQLite is used: the operating system's, which it keeps patched, else the one that was built with the package.</summary>
static class SqliteLibrary
{
    const string SystemLibrary = "libsqlite3.so.0";
    const string PackageLibrary = "e_sqlite3";

    // UPDATE ... FROM, see sqlite.org/lang_update.html: 3.33.0.
    const int OldestThatWillDo = 3_033_000;

    static readonly Lazy<bool> Loaded = new(Load);

    /// <summary>Loads the library once per process.</summary>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>The address of one of the library's functions.</summary>
    public static nint Function(string name) => NativeLibrary.GetExport(Handle.Value, name);

    static readonly Lazy<IntPtr> Handle = new(() => FindSystems() is not 0 and var systems ? systems : NativeLibrary.Load(PackageLibrary, PackageAssembly, null));

    static Assembly PackageAssembly => typeof(SQLite3Provider_e_sqlite3).Assembly;

    static bool Load()
    {
        NativeLibrary.SetDllImportResolver(PackageAssembly, static (name, _, _) => name == PackageLibrary ? Handle.Value : IntPtr.Zero);
        raw.SetProvider(new SQLite3Provider_e_sqlite3());
        return true;
    }

    // Zero: the library of the package has to do.
    static unsafe IntPtr FindSystems()
    {
        if (!NativeLibrary.TryLoad(SystemLibrary, out var library)) return IntPtr.Zero;
        if (NativeLibrary.TryGetExport(library, "sqlite3_libversion_number", out var version)
            && ((delegate* unmanaged<int>)version)() >= OldestThatWillDo) return library;
        NativeLibrary.Free(library);
        return IntPtr.Zero;
    }
}
