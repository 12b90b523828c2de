using System.Buffers;
using Wirephoto.Protocol.Framing;

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

    /// <summary>Gives the memory of the body back, which nobody may read any more.</summary>
    public void Dispose()
    {
        line.Dispose();
        lines.Release();
    }
}
