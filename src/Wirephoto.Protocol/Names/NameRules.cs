using System.Collections.Frozen;
using System.Text;

namespace Wirephoto.Protocol.Names;

/// <summary>What a path of segments may look like. The text that is checked here is the only text that ever becomes part of a path.</summary>
public static class NameRules
{
    /// <summary>Bytes of UTF-8 in one segment: the limit of the common file systems.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Bytes of UTF-8 in a whole name.</summary>
    public const int MaxBytes = 1024;

    /// <summary>The server's own folder inside the images' folder; no name may enter it.</summary>
    public const string ReservedFolder = ".wirephoto";

    // What Windows takes for a device whatever the extension: such a file could be stored but never copied there.
    static readonly FrozenSet<string> Devices = new[]
    {
        "con", "prn", "aux", "nul", "conin$", "conout$",
        "com0", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "com¹", "com²", "com³",
        "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "lpt¹", "lpt²", "lpt³",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The rule that a path breaks, in words, or null.</summary>
    public static string? Fault(string path)
    {
        if (IsPlain(path)) return null;
        if (path.Length == 0) return "the name is empty";
        if (path.Length > MaxBytes) return TooLong;
        if (HasLoneSurrogate(path)) return "the name holds half a character (a lone surrogate)";
        if (Encoding.UTF8.GetByteCount(path) > MaxBytes) return TooLong;
        if (path[0] == '/') return "the name begins with '/': names are relative to the server's folder";

        if (path.AsSpan().Count('/') >= MaxSegments) return $"the name has more than {MaxSegments} segments";

        foreach (var range in path.AsSpan().Split('/'))
        {
            if (SegmentFault(path.AsSpan(range)) is { } fault) return fault;
        }

        return null;
    }

    // Whether a look at each letter is enough to see that no rule is broken, as it is for most names. False says nothing.
    static bool IsPlain(string path)
    {
        // No longer than a segment: then none of its segments is.
        if (path.Length > MaxSegmentBytes) return false;
        var segments = 1;
        var stem = 0;
        var inStem = true;
        var before = '/';
        for (var i = 0; i < path.Length; i++)
        {
            var c = path[i];
            if (c is '/' or '.')
            {
                if (before is '/' or '.' || (inStem && MayBeDevice(path, i - stem, stem))) return false;
                if (c == '/' && ++segments > MaxSegments) return false;
                inStem = c == '/';
                stem = 0;
            }
            else if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            {
                if (inStem) stem++;
            }
            else
            {
                return false;
            }

            before = c;
        }

        return before is not ('/' or '.') && !(inStem && MayBeDevice(path, path.Length - stem, stem));
    }

    // Devices that are spelled with letters and digits have three or four of them, and one of a few at the start.
    static bool MayBeDevice(string path, int start, int length) => length is 3 or 4 && (path[start] | 0x20) is 'a' or 'c' or 'l' or 'n' or 'p';

    /// <summary>Segments in a name: each folder costs an open handle while an image in it is stored, and a step of every walk through the folder.</summary>
    public const int MaxSegments = 32;

    const string TooLong = "the name is longer than 1024 bytes";

    static string? SegmentFault(ReadOnlySpan<char> segment)
    {
        if (segment.IsEmpty) return "the name has an empty segment ('//' or a '/' at the end)";
        if (segment is "." or "..") return $"the name has the segment '{segment}'";
        if (Encoding.UTF8.GetByteCount(segment) > MaxSegmentBytes) return "a segment of the name is longer than 255 bytes";
        if (segment[0] is '.' or ' ' || segment[^1] is '.' or ' ') return "a segment of the name begins or ends with a dot or a space";
        if (segment.Contains('\\')) return "the name holds a '\\': folders are separated by '/'";

        foreach (var rune in segment.ContainsAnyExceptInRange(' ', '~') ? segment.EnumerateRunes() : default)
        {
            if (VisibleText.IsInvisible(rune)) return $"the name holds the invisible character U+{rune.Value:X4}";
            if (IsNoncharacter(rune)) return $"the name holds U+{rune.Value:X4}, which is no character";
        }

        var stem = segment.IndexOf('.') is >= 0 and var dot ? segment[..dot] : segment;
        return Devices.GetAlternateLookup<ReadOnlySpan<char>>().Contains(stem.TrimEnd(' ')) ? $"'{stem}' is the name of a device" : null;
    }

    // Unicode promises that these never mean anything, and normalization throws on U+FFFE.
    static bool IsNoncharacter(Rune rune) => (rune.Value & 0xFFFE) == 0xFFFE || rune.Value is >= 0xFDD0 and <= 0xFDEF;

    static bool HasLoneSurrogate(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (!char.IsSurrogatePair(text, i)) return true;
            i++;
        }

        return false;
    }
}
