using System.Globalization;
using System.Text.RegularExpressions;

namespace Wirephoto.Protocol.Framing;

/// <summary>Times on the wire: RFC 3339 in UTC with a <c>Z</c>, up to nine digits of a second, of which seven (100 ns) are kept.</summary>
public static partial class WireTime
{
    /// <summary>Writes a time, without trailing zeros in the fraction.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (!Shape().IsMatch(text)) return false;
        var kept = text.Length > 28 ? text[..27] + "Z" : text;
        return DateTimeOffset.TryParseExact(
            kept, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z\z", RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
