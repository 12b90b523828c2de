using System.Buffers;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Dialects;

/// <summary>Tells wire formats apart by their first bytes, which stay where they are for the session that reads them again.</summary>
/// <remarks>The rows in order; the first that is not ruled out decides, as soon as all its bytes are there.</remarks>
public static class FirstBytes
{
    static readonly Row[] Rows =
    [
        new(WireFormat.Tls, [Is(0x16), Is(0x03), Between(0, 4), Any, Any, Is(0x01)]),

        // A pickle's PROTO behind a length below 1 GiB. Before native, because the length may hold 7B 22: no JSON has a byte 80 there.
        new(WireFormat.D1, [Between(0, 0x3f), Any, Any, Any, Is(0x80), Between(2, 5)]),
        new(WireFormat.Native, [Any, Any, Is((byte)'{'), static b => b is (byte)'"' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n']),
        Text(WireFormat.D2, "LIST\n"), Text(WireFormat.D2, "LIST\r\n"), Text(WireFormat.D2, "GET|"), Text(WireFormat.D2, "PUT|"),
        Text(WireFormat.D3, "list "), Text(WireFormat.D3, "get "), Text(WireFormat.D3, "put "), Text(WireFormat.D3, "invalid"),
    ];

    static readonly int Longest = Rows.Max(row => row.Bytes.Length);

    /// <summary>Waits until the format is certain.</summary>
    public static async Task<WireFormat> ReadAsync(Duplex duplex, CancellationToken cancel)
    {
        while (true)
        {
            var result = await duplex.Input.ReadAsync(cancel);
            var first = BuffersExtensions.ToArray(result.Buffer.Slice(0, Math.Min(result.Buffer.Length, Longest)));
            var format = result.IsCompleted ? RecognizeAll(first) : Recognize(first);

            // Nothing is consumed. What was looked at counts as examined only while more is needed: else the session would
            // wait for bytes that the client has no reason to send.
            duplex.Input.AdvanceTo(result.Buffer.Start, format is null ? result.Buffer.End : result.Buffer.Start);
            if (format is { } certain) return certain;
        }
    }

    /// <summary>The format that begins with these bytes; null: more are needed to tell.</summary>
    public static WireFormat? Recognize(ReadOnlySpan<byte> bytes)
    {
        foreach (var row in Rows)
        {
            if (row.Fits(bytes)) return bytes.Length >= row.Bytes.Length ? row.Format : null;
        }

        return WireFormat.Unknown;
    }

    /// <summary>The format of a client that has sent these bytes and will send no more.</summary>
    public static WireFormat RecognizeAll(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return WireFormat.Silent;
        foreach (var row in Rows)
        {
            if (bytes.Length >= row.Bytes.Length && row.Fits(bytes)) return row.Format;
        }

        return WireFormat.Unknown;
    }

    static Row Text(WireFormat format, string text) => new(format, [.. text.Select(c => Is((byte)c))]);

    static bool Any(byte value) => true;

    static Func<byte, bool> Is(byte expected) => value => value == expected;

    static Func<byte, bool> Between(byte least, byte most) => value => value >= least && value <= most;

    sealed record Row(WireFormat Format, Func<byte, bool>[] Bytes)
    {
        // Whether none of the bytes that are there rules it out.
        public bool Fits(ReadOnlySpan<byte> bytes)
        {
            for (var i = 0; i < bytes.Length && i < Bytes.Length; i++)
            {
                if (!Bytes[i](bytes[i])) return false;
            }

            return true;
        }
    }
}
