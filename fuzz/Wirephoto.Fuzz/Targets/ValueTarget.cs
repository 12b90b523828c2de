using System.Globalization;
using System.Numerics;
using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Options;

namespace Wirephoto.Fuzz.Targets;

/// <summary>Texts that stand for values: times, digests, upload tokens, sizes, lists of dialects; and texts made visible for a log.</summary>
public sealed class ValueTarget : FuzzTarget
{
    const string Hex = "0123456789abcdef";

    /// <inheritdoc/>
    public override string Name => "values";

    /// <inheritdoc/>
    public override int MostBytes => 200;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => ((string[])
    [
        "2026-11-20T12:18:39Z", "2026-11-20T12:18:39.123456789Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "2024-02-29T23:59:59Z", "2026-11-20T24:00:00Z",
        new string('a', 64), new string('0', 32), "500MB", "8GiB", "1.5k", "1048576", "0", "none", "all", "d1,d3", "D4", "\u001b[2J\u202e x \ud83d\udcf7",
    ]).Select(Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. ((string[])["Z", "T", ":", "-", ".", "+00:00", "60", "29", "02", "9", "00000000", "f", "F", "K", "MiB", "TB", " ", ",", "d2", "٣", "\u0000", "\u2028", "e9"]).Select(Encoding.UTF8.GetBytes), [0xff]];

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        var text = Encoding.UTF8.GetString(input.Payload);
        DateTimeOffset? time = WireTime.TryParse(text, out var parsed) ? parsed : null;
        var found = new Values(time, Digest.TryParse(text, out _), UploadToken.TryParse(text, out _), ByteSize.Parse(text), DialectList.Parse(text)?.Count, VisibleText.Escape(text));
        var shape = $"{found.Time is not null} {found.IsDigest} {found.IsToken} {found.Size is null} {found.Dialects} {found.Visible == text}";
        return ValueTask.FromResult(Verdict.Of(shape, found));
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var text = Encoding.UTF8.GetString(input.Payload);
        var found = (Values)verdict.Value!;
        FindingException.Unless(found.IsDigest == (text.Length == 64 && text.All(Hex.Contains)), "the slow rule disagrees on the digest");
        FindingException.Unless(found.IsToken == (text.Length == 32 && text.All(Hex.Contains)), "the slow rule disagrees on the token");
        FindingException.Unless(found.Time == SlowTime(text), $"the slow rule reads the time {SlowTime(text):O}");
        FindingException.Unless(found.Size is null or (>= 1 and <= ProtocolLimits.Number), "the size is out of range");
        FindingException.Unless(found.Size is not { } size || !text.All(char.IsAsciiDigit) || BigInteger.Parse(text, CultureInfo.InvariantCulture) == size, "the size is another one");
        FindingException.Unless(!found.Visible.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029' or '\u202e' or '\ufeff'), "a character that forges lines is left");
        return ValueTask.CompletedTask;
    }

    // docs/protocol.md: YYYY-MM-DDThh:mm:ss, up to nine digits of a second, of which seven are kept, Z.
    static DateTimeOffset? SlowTime(string text)
    {
        var parts = text.TrimEnd('Z').Split('.');
        if (!text.EndsWith('Z') || text.EndsWith("ZZ", StringComparison.Ordinal) || parts.Length > 2 || parts[0].Length != 19) return null;
        if (parts.Length == 2 && (parts[1].Length is 0 or > 9 || !parts[1].All(char.IsAsciiDigit))) return null;
        if (!parts[0].Where((_, i) => i is not (4 or 7 or 10 or 13 or 16)).All(char.IsAsciiDigit)) return null;
        if (parts[0][4] != '-' || parts[0][7] != '-' || parts[0][10] != 'T' || parts[0][13] != ':' || parts[0][16] != ':') return null;
        int N(int from, int count) => int.Parse(parts[0].AsSpan(from, count), CultureInfo.InvariantCulture);
        var (year, month, day, hour, minute, second) = (N(0, 4), N(5, 2), N(8, 2), N(11, 2), N(14, 2), N(17, 2));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return null;
        var ticks = parts.Length == 1 ? 0 : long.Parse((parts[1] + "000000000")[..7], CultureInfo.InvariantCulture);
        return new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(ticks);
    }

    sealed record Values(DateTimeOffset? Time, bool IsDigest, bool IsToken, long? Size, int? Dialects, string Visible);
}
