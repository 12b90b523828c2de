using System.Buffers;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Collects the body of a list, have or status: one JSON object per line.</summary>
public sealed class LinesWriter : IDisposable
{
    readonly HeadWriter line = new();
    readonly PooledBytes lines = new();

    /// <summary>The body so far.</summary>
    public ReadOnlyMemory<byte> Body => lines.Written;

    /// <summary>How many lines it has.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a line with the members that <paramref name="write"/> adds.</summary>
    public void Add(Action<HeadWriter> write)
    {
        line.StartLine();
        write(line);
        lines.Write(line.EndLine().Span);
        Count++;
    }

    /// <summary>Adds a line of a listing: the same bytes as with its <see cref="ListEntry.Write"/>.</summary>
    public void Add(ListEntry entry)
    {
        if (entry is { Folder: null, Image: { } image } && PlainListWriter.TryWrite(image, lines)) Count++;
        else Add(entry.Write);
    }

    /// <summary>Gives the memory of the body back, which nobody may read any more.</summary>
    public void Dispose()
    {
        line.Dispose();
        lines.Release();
    }
}
