using System.Globalization;

namespace Wirephoto.Protocol.Framing;

/// <summary>Times on the wire: RFC 3339 in UTC with a <c>Z</c>, up to nine digits of a second, of which seven (100 ns) are kept.</summary>
public static class WireTime
{
    /// <summary>Writes a time, without trailing zeros in the fraction.</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < Shortest or > Longest || text[^1] != 'Z' || !HasShape(text)) return false;
        int year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2), hour = Number(text, 11, 2), minute = Number(text, 14, 2), second = Number(text, 17, 2);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;

        var fraction = text.AsSpan(Math.Min(20, text.Length - 1), Math.Max(0, text.Length - 21));
        long ticks = 0;
        for (var i = 0; i < 7; i++) ticks = (ticks * 10) + (i < fraction.Length ? fraction[i] - '0' : 0);
        time = new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero).AddTicks(ticks);
        return true;
    }

    const string Shape = "0000-00-00T00:00:00.000000000";
    const int Shortest = 20, Longest = 30;

    // Digits where the shape has digits, its other characters where it has others; a point has at least one digit behind it.
    static bool HasShape(string text)
    {
        for (var i = 0; i < text.Length - 1; i++)
        {
            if (Shape[i] == '0' ? !char.IsAsciiDigit(text[i]) : text[i] != Shape[i]) return false;
        }

        return text.Length != Shortest + 1;
    }

    static int Number(string text, int start, int count)
    {
        var number = 0;
        foreach (var digit in text.AsSpan(start, count)) number = (number * 10) + (digit - '0');
        return number;
    }
}
