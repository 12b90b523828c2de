using System.Buffers;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Dialects;

/// <summary>Tells wire formats apart by their first bytes, which stay where they are for the session that reads them again.</summary>
/// <remarks><code>
/// byte      0    1    2    3    4    5
/// TLS       16   03   0-4            01
/// D1        (length, big-endian) 80   2-5        before native: no UTF-8 text has 80 there
/// native    (length)  {    " } white space
/// D2        LIST LF, LIST CR, GET|, PUT|
/// D3        "list ", "get ", "put ", "invalid"
/// </code></remarks>
public static class FirstBytes
{
    static readonly string[] LineStarts = ["LIST\n", "LIST\r", "GET|", "PUT|"];
    static readonly string[] SpaceStarts = ["list ", "get ", "put ", "invalid"];

    /// <summary>Waits until the format is certain.</summary>
    public static async Task<WireFormat> ReadAsync(Duplex duplex, CancellationToken cancel)
    {
        while (true)
        {
            var result = await duplex.Input.ReadAsync(cancel);
            var first = BuffersExtensions.ToArray(result.Buffer.Slice(0, Math.Min(result.Buffer.Length, Enough)));
            var format = Recognize(first);
            if (format is null && result.IsCompleted) format = first.Length == 0 ? WireFormat.Silent : WireFormat.Unknown;

            // Nothing is consumed. What was looked at counts as examined only while more is needed: else the session would
            // wait for bytes that the client has no reason to send.
            duplex.Input.AdvanceTo(result.Buffer.Start, format is null ? result.Buffer.End : result.Buffer.Start);
            if (format is { } certain) return certain;
        }
    }

    const int Enough = 8;

    /// <summary>The format that begins with these bytes; null: more are needed to tell.</summary>
    public static WireFormat? Recognize(ReadOnlySpan<byte> bytes)
    {
        if (Starts(bytes, LineStarts) is { } line) return line ? WireFormat.D2 : null;
        if (Starts(bytes, SpaceStarts) is { } space) return space ? WireFormat.D3 : null;

        // The lengths of D1 and native may be anything, so these are decided only when all the bytes that tell are there.
        if (bytes.Length < 6) return CouldStillBe(bytes) ? null : WireFormat.Unknown;
        if (bytes is [0x16, 0x03, <= 4, _, _, 0x01, ..]) return WireFormat.Tls;
        if (bytes is [_, _, _, _, 0x80, >= 2 and <= 5, ..]) return WireFormat.D1;
        return bytes is [_, _, (byte)'{', (byte)'"' or (byte)'}' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n', ..] ? WireFormat.Native : WireFormat.Unknown;
    }

    static bool CouldStillBe(ReadOnlySpan<byte> bytes) => bytes.Length < 5 || bytes[4] == 0x80 || bytes[2] == (byte)'{' || bytes is [0x16, 0x03, ..];

    // True: one of the texts is there; null: none can follow any more; false: one may still follow.
    static bool? Starts(ReadOnlySpan<byte> bytes, string[] texts)
    {
        bool? possible = null;
        foreach (var text in texts)
        {
            var common = Math.Min(bytes.Length, text.Length);
            if (!System.Text.Ascii.Equals(bytes[..common], text.AsSpan(0, common))) continue;
            if (common == text.Length) return true;
            possible = false;
        }

        return possible;
    }
}
