using System.Globalization;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Protocol.Transfer;

/// <summary>Writes the line of an image whose texts need no escape, in the bytes that <see cref="ListEntry.Write"/> gives; other lines are left to that.</summary>
ref struct PlainListWriter
{
    // Of everything but the texts: 92 of members' names and punctuation, a digest, three numbers, two times.
    const int Most = 128 + 64 + (3 * 20) + (2 * WireTime.Longest);

    Span<byte> line;
    int at;

    /// <summary>Bytes that its line has at most.</summary>
    public static int Longest(ImageInfo image) => Most + image.Filename.Length + (image.Format?.Length ?? 0);

    /// <summary>Adds the line, or nothing.</summary>
    public static bool TryWrite(ImageInfo image, PooledBytes lines)
    {
        var writer = new PlainListWriter { line = lines.GetSpan(Longest(image)) };
        if (!writer.TryWrite(image)) return false;
        lines.Advance(writer.at);
        return true;
    }

    bool TryWrite(ImageInfo image)
    {
        Bytes("{\"filename\":\""u8);
        if (!TryText(image.Filename)) return false;
        Bytes("\",\"length\":"u8);
        Number(image.Length);
        if (image.Sha256 is { } digest)
        {
            Bytes(",\"sha256\":\""u8);
            digest.Format(line[at..]);
            at += 2 * Digest.Size;
            Bytes("\""u8);
        }

        if (image.Format is { } format)
        {
            Bytes(",\"format\":\""u8);
            if (!TryText(format)) return false;
            Bytes("\""u8);
        }

        if (image.Width is { } width)
        {
            Bytes(",\"width\":"u8);
            Number(width);
        }

        if (image.Height is { } height)
        {
            Bytes(",\"height\":"u8);
            Number(height);
        }

        if (image.Modified is { } modified)
        {
            Bytes(",\"modified\":\""u8);
            Time(modified);
        }

        if (image.Stored is { } stored)
        {
            Bytes(",\"stored\":\""u8);
            Time(stored);
        }

        Bytes("}\n"u8);
        return true;
    }

    void Bytes(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(line[at..]);
        at += bytes.Length;
    }

    bool TryText(string text)
    {
        var room = line.Slice(at, text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is < ' ' or > '~' or '"' or '\\') return false;
            room[i] = (byte)text[i];
        }

        at += text.Length;
        return true;
    }

    void Number(long number)
    {
        number.TryFormat(line[at..], out var length, provider: CultureInfo.InvariantCulture);
        at += length;
    }

    void Time(DateTimeOffset time)
    {
        at += WireTime.Format(time, line[at..]);
        Bytes("\""u8);
    }
}
