using System.Text;
using System.Text.Unicode;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Protocol.Transfer;

/// <summary>
/// Reads lines of a listing that are spelled the way <see cref="ListEntry.Write"/> does: its members in its order, no white space, no escapes. It makes no
/// document and no rules: a line that is spelled in another way, or is wrong, is left to the reader of heads.
/// </summary>
ref struct PlainListReader(ReadOnlySpan<byte> lines)
{
    // As far as a number can go without a look at its value: 2^53-1 has 16 digits.
    const int Digits = 15;
    const int FormatBytes = 16;
    const int TextBytes = 4096;

    readonly ReadOnlySpan<byte> lines = lines;
    string format = "";

    /// <summary>Where the next line begins.</summary>
    public int At { get; set; }

    /// <summary>Reads the next line and goes behind it, or stays where it is.</summary>
    public bool TryRead(out ListEntry entry)
    {
        var at = At;
        if (!TryImage(ref at, out entry) && !TryFolder(ref at, out entry)) return false;
        if (!Skip(ref at, "}"u8) || (at < lines.Length && lines[at] != '\n')) return false;
        At = Math.Min(at + 1, lines.Length);
        return true;
    }

    bool TryFolder(ref int at, out ListEntry entry)
    {
        entry = null!;
        at = At;
        if (!Skip(ref at, "{\"folder\":\""u8) || !TryText(ref at, out var folder)) return false;
        entry = new ListEntry(null, folder);
        return true;
    }

    bool TryImage(ref int at, out ListEntry entry)
    {
        entry = null!;
        if (!Skip(ref at, "{\"filename\":\""u8) || !TryText(ref at, out var name)) return false;
        if (!Skip(ref at, ",\"length\":"u8) || !TryNumber(ref at, out var length)) return false;

        Digest? sha256 = null;
        if (Skip(ref at, ",\"sha256\":\""u8))
        {
            if (!TryDigest(ref at, out var digest)) return false;
            sha256 = digest;
        }

        string? format = null;
        if (Skip(ref at, ",\"format\":\""u8) && !TryFormat(ref at, out format)) return false;

        long? width = null, height = null;
        if (Skip(ref at, ",\"width\":"u8))
        {
            if (!TryNumber(ref at, out var pixels)) return false;
            width = pixels;
        }

        if (Skip(ref at, ",\"height\":"u8))
        {
            if (!TryNumber(ref at, out var pixels)) return false;
            height = pixels;
        }

        DateTimeOffset? modified = null, stored = null;
        if (Skip(ref at, ",\"modified\":\""u8))
        {
            if (!WireTime.TryParse(Quoted(ref at, WireTime.Longest), out var time)) return false;
            modified = time;
        }

        if (Skip(ref at, ",\"stored\":\""u8))
        {
            if (!WireTime.TryParse(Quoted(ref at, WireTime.Longest), out var time)) return false;
            stored = time;
        }

        entry = new ListEntry(new ImageInfo(name, length, sha256, format, width, height, modified, stored), null);
        return true;
    }

    // Loops over bytes here and below: they are quick in code that is compiled ahead, where vectors are not.
    readonly bool Skip(ref int at, ReadOnlySpan<byte> literal)
    {
        if (lines.Length - at < literal.Length) return false;
        var here = lines.Slice(at, literal.Length);
        for (var i = 0; i < here.Length; i++)
        {
            if (here[i] != literal[i]) return false;
        }

        at += literal.Length;
        return true;
    }

    // The ASCII text up to the next quote; empty, and with it no value of any kind, when there is none.
    readonly ReadOnlySpan<byte> Quoted(ref int at, int most)
    {
        var rest = lines[at..];
        for (var i = 0; i < rest.Length && i <= most; i++)
        {
            if (rest[i] != '"') continue;
            at += i + 1;
            return rest[..i];
        }

        return default;
    }

    readonly bool TryDigest(ref int at, out Digest digest)
    {
        const int Length = 2 * Digest.Size;
        digest = default;
        if (lines.Length - at <= Length || lines[at + Length] != '"' || !Digest.TryParse(lines.Slice(at, Length), out digest)) return false;
        at += Length + 1;
        return true;
    }

    readonly bool TryText(ref int at, out string text)
    {
        text = "";
        var rest = lines[at..];
        var length = 0;
        var all = 0;
        for (; length < rest.Length && rest[length] != '"'; length++)
        {
            if (rest[length] is < (byte)' ' or (byte)'\\') return false;
            all |= rest[length];
        }

        if (length == rest.Length || length > TextBytes) return false;
        var bytes = rest[..length];
        if (all > 0x7f && !Utf8.IsValid(bytes)) return false;
        text = Encoding.UTF8.GetString(bytes);
        at += length + 1;
        return true;
    }

    // Most lines have the format of the line before.
    bool TryFormat(ref int at, out string? text)
    {
        var begin = at;
        if (format.Length > 0 && Quoted(ref at, FormatBytes) is var bytes && Same(bytes, format))
        {
            text = format;
            return true;
        }

        at = begin;
        if (!TryText(ref at, out text) || at - begin > FormatBytes) return false;
        format = text;
        return true;
    }

    static bool Same(ReadOnlySpan<byte> bytes, string text)
    {
        if (bytes.Length != text.Length) return false;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != text[i]) return false;
        }

        return true;
    }

    readonly bool TryNumber(ref int at, out long number)
    {
        number = 0;
        var rest = lines[at..];
        var length = 0;
        for (; length < rest.Length && length <= Digits && rest[length] is >= (byte)'0' and <= (byte)'9'; length++) number = (number * 10) + (rest[length] - '0');
        if (length is 0 or > Digits || (rest[0] == '0' && length > 1)) return false;
        at += length;
        return true;
    }
}
