using System.Runtime.InteropServices;

namespace Wirephoto.Client.Gets;

/// <summary>Gives a finished file its name unless the name is taken: the kernel decides, so no other program can come in between.</summary>
static partial class ExclusiveName
{
    const int AlreadyExists = 17; // EEXIST, the same on Linux, macOS and the BSDs

    /// <summary>Gives the file a second name, or moves it where a file can have only one. False when the name is taken.</summary>
    /// <exception cref="IOException">Neither worked.</exception>
    public static bool TryGive(string file, string name)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(file, name) == 0) return true;
            if (Marshal.GetLastPInvokeError() == AlreadyExists) return false;
        }

        // Also here the name must be free: where it isn't, the move fails with an IOException.
        File.Move(file, name, overwrite: false);
        return true;
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Link(string file, string name);
}
