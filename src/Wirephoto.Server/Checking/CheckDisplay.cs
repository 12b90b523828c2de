using System.Globalization;
using Wirephoto.Storage.Folder.Checking;

namespace Wirephoto.Server.Checking;

/// <summary>The progress of a check, as one line of a terminal that is written over and over.</summary>
sealed class CheckDisplay(TextWriter terminal, TimeProvider clock)
{
    // To the start of the line, and everything behind it removed: ECMA-48, CR and EL.
    const string Erase = "\r\u001b[K";

    readonly Lock gate = new();
    readonly long started = clock.GetTimestamp();
    bool shown;

    /// <summary>Shows how far it is.</summary>
    public void Show(CheckProgress progress)
    {
        lock (gate)
        {
            terminal.Write(Erase + Text(progress, clock.GetElapsedTime(started)));
            terminal.Flush();
            shown = true;
        }
    }

    /// <summary>Removes the line.</summary>
    public void Clear()
    {
        lock (gate)
        {
            if (shown) terminal.Write(Erase);
            terminal.Flush();
            shown = false;
        }
    }

    /// <summary>"1234/5678 files  1.2 of 3.4 GB  210 MB/s  0:12 left".</summary>
    public static string Text(CheckProgress progress, TimeSpan elapsed)
    {
        var rate = elapsed > TimeSpan.Zero ? progress.Bytes / elapsed.TotalSeconds : 0;
        var left = progress.AllBytes > progress.Bytes && rate > 0 ? TimeSpan.FromSeconds(Math.Min((progress.AllBytes - progress.Bytes) / rate, 359_999)) : TimeSpan.Zero;
        var files = Math.Max(progress.Files, progress.AllFiles);
        var time = left > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $"  {(int)left.TotalHours}:{left:mm\\:ss} left") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{progress.Files}/{files} files  {Mega(progress.Bytes)} of {Mega(Math.Max(progress.Bytes, progress.AllBytes))} MB  {Mega((long)rate)} MB/s{time}");
    }

    static string Mega(long bytes) => (bytes / 1e6).ToString(bytes < 9_950_000 ? "0.0" : "0", CultureInfo.InvariantCulture);
}
