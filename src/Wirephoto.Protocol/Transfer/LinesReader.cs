using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Takes apart the body of a list, have or status: one JSON object per line, each as strict as a head.</summary>
public static class LinesReader
{
    /// <summary>The lines in order.</summary>
    public static IEnumerable<Head> Read(ReadOnlyMemory<byte> body)
    {
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            yield return HeadParser.Parse(end < 0 ? body : body[..end]);
            body = end < 0 ? default : body[(end + 1)..];
        }
    }
}
