using System.Buffers;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Collects the body of a list, have or status: one JSON object per line, in pieces that the pool can use for anything else.</summary>
public sealed class LinesWriter : IDisposable
{
    // A page of a long listing has a dozen of these: arrays for all of it at once would stay in the pool, one for each thread that had one.
    const int PieceSize = TransferBuffer.Size;

    readonly HeadWriter line = new();
    readonly List<PooledBytes> pieces = [];

    /// <summary>The body so far, in pieces that follow each other.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces => pieces.Select(piece => piece.Written);

    /// <summary>Bytes in the body so far.</summary>
    public long Length => pieces.Sum(piece => (long)piece.Count);

    /// <summary>How many lines it has.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a line with the members that <paramref name="write"/> adds.</summary>
    public void Add(Action<HeadWriter> write)
    {
        line.StartLine();
        write(line);
        var written = line.EndLine().Span;
        Piece(written.Length).Write(written);
        Count++;
    }

    /// <summary>Adds a line of a listing: the same bytes as with its <see cref="ListEntry.Write"/>.</summary>
    public void Add(ListEntry entry)
    {
        if (entry is { Folder: null, Image: { } image } && PlainListWriter.TryWrite(image, Piece(PlainListWriter.Longest(image)))) Count++;
        else Add(entry.Write);
    }

    /// <summary>Gives the memory of the body back, which nobody may read any more.</summary>
    public void Dispose()
    {
        line.Dispose();
        foreach (var piece in pieces) piece.Release();
        pieces.Clear();
    }

    // With room for a line. The first piece grows with what there is: most bodies are small.
    PooledBytes Piece(int room)
    {
        if (pieces is [.., var last] && last.Count + room <= PieceSize) return last;
        var next = new PooledBytes();
        if (pieces.Count > 0) next.GetMemory(PieceSize);
        pieces.Add(next);
        return next;
    }
}
