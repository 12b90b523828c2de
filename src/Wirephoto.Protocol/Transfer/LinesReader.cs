using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

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

    /// <summary>Reads the body of a reply to list.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/> or <see cref="ErrorCode.BadRequest"/>: a line that is no entry;
    /// <see cref="ErrorCode.TooLarge"/>.</exception>
    public static async ValueTask<IReadOnlyList<ListEntry>> ReadListingAsync(BodyReader body, CancellationToken cancel)
    {
        // Given back only when all went well: after a failure somebody might still write into it.
        var lines = new PooledBytes();
        await body.ReadAllAsync(lines, ProtocolLimits.LinesBytes, cancel);
        var entries = ReadListing(lines.Written);
        lines.Release();
        return entries;
    }

    /// <summary>The entries of a listing: what <see cref="Read"/> and <see cref="ListEntry.Read"/> make of its lines, or how they refuse one.</summary>
    public static IReadOnlyList<ListEntry> ReadListing(ReadOnlyMemory<byte> body)
    {
        var entries = new List<ListEntry>();
        var plain = new PlainListReader(body.Span);
        while (plain.At < body.Length)
        {
            if (!plain.TryRead(out var entry))
            {
                var rest = body[plain.At..];
                var end = rest.Span.IndexOf((byte)'\n');
                entry = ListEntry.Read(HeadParser.Parse(end < 0 ? rest : rest[..end]));
                plain.At = end < 0 ? body.Length : plain.At + end + 1;
            }

            entries.Add(entry);
        }

        return entries;
    }
}
