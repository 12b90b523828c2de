namespace Wirephoto.Protocol.Transfer.Tls;

/// <summary>Follows the borders of TLS records in a stream of bytes; their headers are plain (RFC 8446, 5.1).</summary>
/// <remarks><code>
/// +--------+-----------+--------------+--------------+
/// | type 1 | version 2 | length 2, BE | length bytes |
/// +--------+-----------+--------------+--------------+
/// </code></remarks>
struct TlsRecords
{
    const int Header = 5;

    int seen;
    byte high;
    int rest;

    /// <summary>Whether the bytes so far end in the middle of a record.</summary>
    public readonly bool Inside => seen > 0 || rest > 0;

    /// <summary>Whether these bytes, which come next, reach the end of a record.</summary>
    public readonly bool Complete(ReadOnlySpan<byte> next)
    {
        if (seen > 0) return false;
        if (rest > 0) return next.Length >= rest;
        return next.Length >= Header && next.Length >= Header + ((next[3] << 8) | next[4]);
    }

    /// <summary>Goes on behind these bytes.</summary>
    public void Pass(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (rest > 0)
            {
                var skipped = Math.Min(rest, bytes.Length);
                rest -= skipped;
                bytes = bytes[skipped..];
                continue;
            }

            seen++;
            if (seen == Header - 1) high = bytes[0];
            else if (seen == Header) (rest, seen) = ((high << 8) | bytes[0], 0);
            bytes = bytes[1..];
        }
    }
}
