using System.Globalization;

namespace Wirephoto.Cli.Reports;

/// <summary>Sizes and times as people read them.</summary>
static class Human
{
    static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>A number of bytes in decimal units, with one digit after the point below ten: 1.2 MB, 34 kB.</summary>
    public static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        var format = unit > 0 && value < 9.95 ? "0.0" : "0";
        return value.ToString(format, CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    /// <summary>A date and time on this machine's clock, to the second.</summary>
    public static string Date(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A span of time: 0:07, 12:34, 1:02:03.</summary>
    public static string Span(TimeSpan span) => span.TotalHours < 1
        ? span.ToString(@"m\:ss", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{(long)span.TotalHours}:{span:mm\\:ss}");

    /// <summary>A count and its noun: 1 image, 2 images.</summary>
    public static string Count(long count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
