using System.Text;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>Lines of a message, as many from the first as fit; the last line then says how many more there are.</summary>
/// <param name="most">Bytes in the message.</param>
sealed class FittedLines(int most)
{
    readonly List<string> kept = [];
    int bytes;

    /// <summary>All lines, kept or not.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a line; it is kept if it and all before it fit.</summary>
    public void Add(string line)
    {
        var size = Encoding.UTF8.GetByteCount(line) + 1;
        if (kept.Count == Count && bytes + size - 1 <= most)
        {
            kept.Add(line);
            bytes += size;
        }

        Count++;
    }

    /// <summary>The message.</summary>
    /// <param name="lastFirst">Whether the lines that are kept are written from the last to the first.</param>
    public string Write(bool lastFirst = false)
    {
        while (Count > kept.Count && bytes + Rest.Length > most)
        {
            bytes -= Encoding.UTF8.GetByteCount(kept[^1]) + 1;
            kept.RemoveAt(kept.Count - 1);
        }

        var lines = lastFirst ? Enumerable.Reverse(kept) : kept;
        return string.Join('\n', Count > kept.Count ? lines.Append(Rest) : lines);
    }

    string Rest => $"... and {Count - kept.Count} more";
}
