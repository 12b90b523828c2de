using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

/// <summary>Small PNGs, each with another legal turn of the syntax.</summary>
internal static class PngSamples
{
    // A whole zlib stream: one stored block of 13 bytes, the four RGB pixels of a row and its filter.
    public static byte[] Deflated => [0x78, 0x01, 0x01, 13, 0, 0xF2, 0xFF, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x01, 0x6C, 0x00, 0x4F];
    public static byte[] Data => PngChunk.Make("IDAT", Deflated);
    public static byte[] End => PngChunk.Make("IEND");
    public static byte[] Text => PngChunk.Make("tEXt", "Title\0A row"u8);
    public static byte[] Header => PngChunk.Header(4, 1);
    public static byte[] Indexed => PngChunk.Header(4, 1, depth: 8, color: 3);
    public static byte[] Palette => PngChunk.Make("PLTE", new byte[6]);

    public static byte[] Of(params ReadOnlySpan<byte[]> chunks)
    {
        List<byte> all = [.. PngChunk.Signature];
        foreach (var chunk in chunks)
            all.AddRange(chunk);
        return [.. all];
    }

    public static IReadOnlyList<(string Name, byte[] Bytes, ImageFacts Facts)> Legal { get; } =
    [
        ("compressed", TestPng.Make(7, 5, 1), Facts(7, 5)),
        ("one row", Of(Header, Data, End), Facts(4, 1)),
        ("text around the data", Of(Header, Text, Data, Text, End), Facts(4, 1)),
        ("data in many chunks", Of([Header, .. Deflated.Select(b => PngChunk.Make("IDAT", b)), End]), Facts(4, 1)),
        ("an empty data chunk", Of(Header, PngChunk.Make("IDAT"), Data, End), Facts(4, 1)),
        ("indexed", Of(Indexed, Palette, Data, End), Facts(4, 1)),
        ("a suggested palette", Of(Header, PngChunk.Make("PLTE", new byte[768]), Data, End), Facts(4, 1)),
        ("interlaced", Of(PngChunk.Header(4, 1, interlace: 1), Data, End), Facts(4, 1)),
        ("data after the end", [.. Of(Header, Data, End), .. Deflated], Facts(4, 1)),
        ("orientation", Of(Header, PngChunk.Make("eXIf", TestExif.Make(3)), Data, End), Facts(4, 1, 3)),
        ("orientation after the data", Of(Header, Data, PngChunk.Make("eXIf", TestExif.Make(7, false)), PngChunk.Make("eXIf", TestExif.Make(2)), End), Facts(4, 1, 7)),
    ];

    private static ImageFacts Facts(int width, int height, int orientation = 1) => new(ImageFormat.Png, width, height, orientation);
}
