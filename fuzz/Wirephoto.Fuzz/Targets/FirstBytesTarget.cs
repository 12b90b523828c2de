using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects;

namespace Wirephoto.Fuzz.Targets;

/// <summary>Which wire format a connection speaks, told by its first bytes.</summary>
public sealed class FirstBytesTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "first-bytes";

    /// <inheritdoc/>
    public override int MostBytes => 64;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() =>
    [
        .. FrozenVectors.Of("request"), .. FrozenVectors.Side("d1", 'C'), .. FrozenVectors.Side("d2", 'C'), .. FrozenVectors.Side("d3", 'C'), [],
        [0x16, 3, 1, 1, 0, 1], "GET / HTTP/1.1\r\n"u8.ToArray(), [0, 0x7b, 0x22, 0, 0x80, 4],
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. ((string[])["{\"", "{}", "{ ", "LIST", "GET|", "PUT|", "list ", "get ", "put ", "invalid", "\r\n", "\n", "|"]).Select(Encoding.ASCII.GetBytes), [0x16, 3], [0x80, 4], [0, 0, 0, 9]];

    /// <inheritdoc/>
    public override async ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        await using var duplex = new Duplex(new CutStream(input));
        var format = await FirstBytes.ReadAsync(duplex, CancellationToken.None);

        // Nothing may be taken away from the session that follows.
        var all = new byte[input.Payload.Length + 1];
        var count = 0;
        while (await duplex.ReadAsync(all.AsMemory(count), CancellationToken.None) is > 0 and var more) count += more;
        FindingException.Unless(all.AsSpan(0, count).SequenceEqual(input.Payload), "bytes were lost");
        return Verdict.Of(format.ToString(), format);
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var expected = Slow(input.Payload);
        FindingException.Unless((WireFormat)verdict.Value! == expected, $"the slow rule says {expected}");
        return ValueTask.CompletedTask;
    }

    // docs/dialects.md: the rows in their order. The first that the bytes do not rule out decides; when they end before it does, the rows behind it get their turn.
    static WireFormat Slow(byte[] b)
    {
        var text = Encoding.Latin1.GetString(b);
        if (b.Length == 0) return WireFormat.Silent;
        if (b.Length >= 6 && b[0] == 0x16 && b[1] == 3 && b[2] <= 4 && b[5] == 1) return WireFormat.Tls;
        if (b.Length >= 6 && b[0] < 0x40 && b[4] == 0x80 && b[5] is >= 2 and <= 5) return WireFormat.D1;
        if (b.Length >= 4 && text[2] == '{' && "\"} \t\r\n".Contains(text[3], StringComparison.Ordinal)) return WireFormat.Native;
        if (((string[])["LIST\n", "LIST\r\n", "GET|", "PUT|"]).Any(start => text.StartsWith(start, StringComparison.Ordinal))) return WireFormat.D2;
        return ((string[])["list ", "get ", "put ", "invalid"]).Any(start => text.StartsWith(start, StringComparison.Ordinal)) ? WireFormat.D3 : WireFormat.Unknown;
    }
}
