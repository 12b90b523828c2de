using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Wirephoto.Load;

/// <summary>The least that a durable store of many files has to do: read, write to a staging name, fsync, link to the final name, unlink, and fsync the folder at the end.</summary>
static partial class BareLinks
{
    const int ReadDirectory = 0x10000;

    /// <summary>Copies all files of a folder, with so many threads.</summary>
    public static int Run(string from, string to, int threads)
    {
        var staging = to + ".staging";
        Directory.CreateDirectory(to);
        Directory.CreateDirectory(staging);
        var files = new Queue<string>(Directory.EnumerateFiles(from).Order(StringComparer.Ordinal));
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() => Work(files, staging, to))).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
        FlushFolder(to);
        Directory.Delete(staging);
        return 0;
    }

    static void Work(Queue<string> files, string staging, string to)
    {
        while (Next(files) is { } path)
        {
            var name = Path.GetFileName(path);
            var staged = Path.Combine(staging, name);
            var bytes = File.ReadAllBytes(path);
            using (var file = File.OpenHandle(staged, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, bytes, 0);
                Check(Fsync(file), "fsync");
            }

            Check(Link(staged, Path.Combine(to, name)), "link");
            File.Delete(staged);
        }
    }

    static string? Next(Queue<string> files)
    {
        lock (files) return files.TryDequeue(out var path) ? path : null;
    }

    static void FlushFolder(string folder)
    {
        var handle = Open(folder, ReadDirectory);
        Check(handle < 0 ? -1 : 0, "open");
        using var safe = new SafeFileHandle(handle, ownsHandle: true);
        Check(Fsync(safe), "fsync");
    }

    static void Check(int result, string call)
    {
        if (result != 0) throw new IOException($"{call} failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
