using System.Buffers.Binary;

namespace Wirephoto.TestImages;

/// <summary>The rule for a whole JPEG once more, slow and on all bytes at once, to check the fast one against.</summary>
public static class SlowJpeg
{
    /// <summary>Whether the bytes are a whole JPEG, whatever its number of pixels.</summary>
    public static bool IsWhole(byte[] bytes)
    {
        var segments = Segments(bytes);
        if (segments is null || segments.Count < 3 || segments[^1].Code != 0xD9)
            return false;
        var frames = segments.Where(s => IsFrame(s.Code)).ToList();
        var scans = segments.Where(s => s.Code == 0xDA).ToList();
        if (frames.Count != 1 || scans.Count == 0 || segments.IndexOf(frames[0]) > segments.IndexOf(scans[0]))
            return false;
        var frame = frames[0];
        return IsLegalFrame(frame)
            && scans.All(s => IsLegalScan(s, frame))
            && segments.Where(s => s.Code == 0xDD).All(s => s.Body.Length == 2)
            && AreLegalLineCounts(segments, segments.IndexOf(scans[0]), frame);
    }

    private sealed record Part(byte Code, byte[] Body, int DataLength);

    // Null when the bytes cannot be cut into segments, scan data and an end marker.
    private static List<Part>? Segments(byte[] b)
    {
        if (b.Length < 4 || b[0] != 0xFF || b[1] != 0xD8)
            return null;
        var parts = new List<Part>();
        for (var at = 2; ;)
        {
            while (at > 2 && at < b.Length && b[at] == 0)
                at++;
            if (at >= b.Length || b[at] != 0xFF)
                return null;
            while (at < b.Length && b[at] == 0xFF)
                at++;
            if (at >= b.Length)
                return null;
            var code = b[at++];
            if (code == 0xD9)
                return [.. parts, new Part(code, [], 0)];
            if (code == 0x01)
                continue;
            if (code is < 0xC0 or 0xC8 or (>= 0xD0 and <= 0xD8) || at + 2 > b.Length)
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(b.AsSpan(at));
            if (length < 2 || at + length > b.Length)
                return null;
            var body = b[(at + 2)..(at + length)];
            at += length;
            var data = code == 0xDA ? ScanData(b, ref at) : 0;
            parts.Add(new Part(code, body, data));
        }
    }

    // How many bytes of data there are up to the next marker that is no restart.
    private static int ScanData(byte[] b, ref int at)
    {
        var data = 0;
        while (at < b.Length)
        {
            var end = at;
            while (end < b.Length && b[end] == 0xFF)
                end++;
            if (end == at || (end < b.Length && b[end] == 0))
                data++;
            else if (end == b.Length || b[end] is < 0xD0 or > 0xD7)
                break;
            at = end + 1;
        }
        return data;
    }

    private static bool IsFrame(byte code) => code is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;

    private static bool IsLegalFrame(Part frame)
    {
        var b = frame.Body;
        if (b.Length < 9 || b[5] is < 1 or > 4 || b.Length != 6 + 3 * b[5] || (b[3] | b[4]) == 0)
            return false;
        var precisions = frame.Code switch
        {
            0xC0 => [8],
            0xC3 or 0xC7 or 0xCB or 0xCF => Enumerable.Range(2, 15),
            _ => [8, 12],
        };
        return precisions.Contains(b[0])
            && Enumerable.Range(0, b[5]).All(i => b[7 + 3 * i] is var hv && hv >> 4 is >= 1 and <= 4 && (hv & 15) is >= 1 and <= 4 && b[8 + 3 * i] <= 3);
    }

    private static bool IsLegalScan(Part scan, Part frame)
    {
        var b = scan.Body;
        if (scan.DataLength == 0 || b.Length < 6 || b[0] is < 1 or > 4 || b.Length != 4 + 2 * b[0])
            return false;
        var identifiers = Enumerable.Range(0, frame.Body[5]).Select(i => frame.Body[6 + 3 * i]).ToHashSet();
        return Enumerable.Range(0, b[0]).All(i => identifiers.Contains(b[1 + 2 * i]));
    }

    private static bool AreLegalLineCounts(List<Part> segments, int firstScan, Part frame)
    {
        var counts = segments.Where(s => s.Code == 0xDC).ToList();
        if (counts.Any(c => c.Body.Length != 2 || (c.Body[0] | c.Body[1]) == 0 || segments.IndexOf(c) < firstScan))
            return false;
        return (frame.Body[1] | frame.Body[2]) != 0 || segments[firstScan + 1].Code == 0xDC;
    }
}
