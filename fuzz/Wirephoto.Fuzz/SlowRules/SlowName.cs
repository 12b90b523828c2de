using System.Globalization;
using System.Text;

namespace Wirephoto.Fuzz.SlowRules;

/// <summary>The rules for names once more, as docs/protocol.md lists them, one after the other over whole strings.</summary>
static class SlowName
{
    static readonly HashSet<string> Devices =
    [
        "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$",
        .. ((string[])["COM", "LPT"]).SelectMany(port => "0123456789\u00b9\u00b2\u00b3".Select(digit => port + digit)),
    ];

    /// <summary>The code for an image of this name: accepted, bad_name or unsupported_type.</summary>
    public static string Image(string text)
    {
        if (!IsPath(text)) return "bad_name";
        var segments = text.Split('/');
        if (!IsTyped(segments[^1])) return "unsupported_type";
        return segments[..^1].Any(IsTyped) ? "bad_name" : "accepted";
    }

    /// <summary>The folder of this name; null when it is none.</summary>
    public static string? Folder(string text)
    {
        if (text.Length == 0) return "";
        var name = text.EndsWith('/') ? text[..^1] : text;
        return IsPath(name) ? name : null;
    }

    static bool IsTyped(string segment) => segment.Contains('.', StringComparison.Ordinal) && segment.Split('.')[^1].ToUpperInvariant() is "JPG" or "JPEG" or "PNG";

    static bool IsPath(string text)
    {
        if (text.Length == 0 || !IsWhole(text)) return false;
        var segments = text.Split('/');
        return Encoding.UTF8.GetByteCount(text) <= 1024 && segments.Length <= 32 && segments.All(IsSegment);
    }

    static bool IsWhole(string text)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text) >= 0;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    static bool IsSegment(string segment) =>
        Encoding.UTF8.GetByteCount(segment) is >= 1 and <= 255
        && segment[0] is not ('.' or ' ') && segment[^1] is not ('.' or ' ')
        && segment.EnumerateRunes().All(rune => IsAllowed(rune.Value))
        && !Devices.Contains(segment.Split('.')[0].TrimEnd(' ').ToUpper(CultureInfo.InvariantCulture));

    static bool IsAllowed(int c)
    {
        int[] never = ['\\', 0x2028, 0x2029, 0x061C, 0x200E, 0x200F, 0xFEFF];
        (int From, int To)[] ranges = [(0, 0x1F), (0x7F, 0x9F), (0x202A, 0x202E), (0x2066, 0x2069), (0xFDD0, 0xFDEF)];
        return !never.Contains(c) && !ranges.Any(range => c >= range.From && c <= range.To) && c % 0x10000 < 0xFFFE;
    }
}
