using System.Buffers;
using System.Text;

namespace Wirephoto.Protocol.Framing;

/// <summary>Times on the wire: RFC 3339 in UTC with a <c>Z</c>, up to nine digits of a second, of which seven (100 ns) are kept.</summary>
public static class WireTime
{
    /// <summary>Bytes of the longest time.</summary>
    public const int Longest = 30;

    /// <summary>Writes a time, without trailing zeros in the fraction.</summary>
    public static string Format(DateTimeOffset time)
    {
        Span<byte> text = stackalloc byte[Longest];
        return Encoding.ASCII.GetString(text[..Format(time, text)]);
    }

    /// <summary>Writes a time as ASCII; returns how many of the <see cref="Longest"/> bytes it takes.</summary>
    public static int Format(DateTimeOffset time, Span<byte> text)
    {
        var utc = time.UtcDateTime;
        var (year, month, day) = utc;
        text[4] = text[7] = (byte)'-';
        text[10] = (byte)'T';
        text[13] = text[16] = (byte)':';
        Two(text, 0, year / 100);
        Two(text, 2, year % 100);
        Two(text, 5, month);
        Two(text, 8, day);
        var (seconds, fraction) = Math.DivRem(utc.Ticks % TimeSpan.TicksPerDay, TimeSpan.TicksPerSecond);
        Two(text, 11, (int)seconds / 3600);
        Two(text, 14, (int)seconds / 60 % 60);
        Two(text, 17, (int)seconds % 60);

        var length = Shortest - 1;
        if (fraction > 0)
        {
            var rest = (int)fraction;
            text[length] = (byte)'.';
            for (var i = length + 7; i > length; i--, rest /= 10) text[i] = (byte)('0' + (rest % 10));
            for (length += 8; text[length - 1] == '0'; length--) ;
        }

        text[length] = (byte)'Z';
        return length + 1;
    }

    /// <summary>Reads a time.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        Span<byte> bytes = stackalloc byte[Longest];
        return text.Length <= Longest && Ascii.FromUtf16(text, bytes, out var length) == OperationStatus.Done && TryParse(bytes[..length], out time);
    }

    /// <summary>Reads a time in ASCII.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length is < Shortest or > Longest || text[^1] != 'Z' || !HasShape(text)) return false;
        int year = Number(text, 0, 4), month = Number(text, 5, 2), day = Number(text, 8, 2), hour = Number(text, 11, 2), minute = Number(text, 14, 2), second = Number(text, 17, 2);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59) return false;

        long ticks = 0;
        for (var i = Shortest; i < Shortest + 7; i++) ticks = (ticks * 10) + (i < text.Length - 1 ? text[i] - '0' : 0);
        time = new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).Ticks + ticks, TimeSpan.Zero);
        return true;
    }

    const string Shape = "0000-00-00T00:00:00.000000000";
    const int Shortest = 20;

    // Digits where the shape has digits, its other characters where it has others; a point has at least one digit behind it.
    static bool HasShape(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length - 1; i++)
        {
            if (Shape[i] == '0' ? text[i] is < (byte)'0' or > (byte)'9' : text[i] != Shape[i]) return false;
        }

        return text.Length != Shortest + 1;
    }

    static int Number(ReadOnlySpan<byte> text, int start, int count)
    {
        var number = 0;
        for (var i = start; i < start + count; i++) number = (number * 10) + (text[i] - '0');
        return number;
    }

    static void Two(Span<byte> text, int at, int number)
    {
        text[at + 1] = (byte)('0' + (number % 10));
        text[at] = (byte)('0' + (number / 10));
    }
}
