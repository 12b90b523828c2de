using System.Buffers;
using System.Text;

namespace Wirephoto.Images;

/// <summary>Names content that is no image of ours from its first bytes, so that a refusal can say what the file really is.</summary>
internal static class ForeignContent
{
    private static readonly SearchValues<byte> Printable =
        SearchValues.Create([.. "\t\r\n\f"u8, .. Enumerable.Range(0x20, 0x5F).Select(c => (byte)c)]);

    /// <summary>The name with its article, or null when the bytes are nothing known.</summary>
    public static string? Name(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\x03\x04"u8))
            return "a ZIP archive";
        if (head.StartsWith("GIF8"u8))
            return "a GIF image";
        if (head.StartsWith("RIFF"u8) && Tag(head, 8).SequenceEqual("WEBP"u8))
            return "a WebP image";
        if (Tag(head, 4).SequenceEqual("ftyp"u8))
            return ByBrand(Tag(head, 8));
        if (head.StartsWith("II*\0"u8) || head.StartsWith("MM\0*"u8))
            return "a TIFF image";
        if (head.StartsWith("\u007FELF"u8))
            return "an ELF program";
        if (head.StartsWith("%PDF-"u8))
            return "a PDF document";
        if (head.StartsWith("\0\0\0\fJXL "u8))
            return "a JPEG XL image";
        return ByText(head);
    }

    private static ReadOnlySpan<byte> Tag(ReadOnlySpan<byte> head, int at) => head.Length < at + 4 ? default : head.Slice(at, 4);

    private static string ByBrand(ReadOnlySpan<byte> brand)
    {
        if (brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8))
            return "an AVIF image";
        var heic = brand.SequenceEqual("heic"u8) || brand.SequenceEqual("heix"u8) || brand.SequenceEqual("hevc"u8)
            || brand.SequenceEqual("mif1"u8) || brand.SequenceEqual("msf1"u8);
        return heic ? "a HEIC image" : "an MP4 or QuickTime film";
    }

    private static string? ByText(ReadOnlySpan<byte> head)
    {
        var text = head.StartsWith("\uFEFF"u8) ? head[3..] : head;
        if (text.ContainsAnyExcept(Printable))
            return null;
        text = text.TrimStart(" \t\r\n"u8);
        if (StartsWithWord(text, "<!doctype html"u8) || StartsWithWord(text, "<html"u8))
            return "an HTML page";
        if (StartsWithWord(text, "<svg"u8))
            return "an SVG drawing";
        return StartsWithWord(text, "<?xml"u8) ? "an XML document" : "plain text";
    }

    private static bool StartsWithWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);
}
