using System.Globalization;
using Wirephoto.Protocol.Messages;
using Wirephoto.Storage;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>The lines of list and status.</summary>
static class Reports
{
    static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    /// <summary>An image: <c>photo.jpg  36.0 KB</c>.</summary>
    public static string Line(StoredImage image) => $"{image.Name.FileName}  {Size(image.Length)}";

    /// <summary>A session: <c>Client01: 2026-11-20 12:18:39 - Active</c>.</summary>
    public static string Line(SessionEntry session, TimeZoneInfo zone) =>
        $"{session.Name}: {Time(session.Start, zone)} - {(session.End is { } end ? Time(end, zone) : "Active")}";

    // A kilobyte has 1,024 bytes here.
    static string Size(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1023.95 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return value.ToString(unit == 0 ? "0" : "0.0", CultureInfo.InvariantCulture) + " " + Units[unit];
    }

    static string Time(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
