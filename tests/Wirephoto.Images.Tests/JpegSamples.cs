using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

/// <summary>Small JPEGs, each with another legal turn of the syntax; only the baseline ones hold scan data that a decoder could draw.</summary>
internal static class JpegSamples
{
    public static byte[] Comment => TestJpeg.Segment(0xFE, "a comment"u8);
    public static byte[] Scan => [.. ScanHeader(1), 0x12, 0x34, 0xFF, 0x00, 0x56];

    public static byte[] Of(params ReadOnlySpan<byte[]> parts)
    {
        List<byte> all = [.. TestJpeg.Start];
        foreach (var part in parts)
            all.AddRange(part);
        return [.. all, .. TestJpeg.End];
    }

    public static byte[] ScanHeader(params ReadOnlySpan<byte> components)
    {
        List<byte> body = [(byte)components.Length];
        foreach (var component in components)
            body.AddRange([component, 0]);
        return TestJpeg.Segment(0xDA, [.. body, 0, 63, 0]);
    }

    public static byte[] ColorFrame(byte marker, int width, int height) =>
        TestJpeg.Segment(marker, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1);

    public static byte[] LineCount(int lines) => TestJpeg.Segment(0xDC, (byte)(lines >> 8), (byte)lines);

    public static IReadOnlyList<(string Name, byte[] Bytes, ImageFacts Facts)> Legal { get; } =
    [
        ("baseline", TestJpeg.Make(33, 20, 1), Facts(33, 20)),
        ("smallest", Of(TestJpeg.FrameHeader(1, 1), Scan), Facts(1, 1)),
        ("largest dimensions", Of(TestJpeg.FrameHeader(65535, 15000), Scan), Facts(65535, 15000)),
        ("progressive", Of(ColorFrame(0xC2, 9, 8), TestJpeg.Tables(), ScanHeader(1, 2, 3), [1, 2], TestJpeg.Tables(), ScanHeader(2), [3], Comment, ScanHeader(3), [4]), Facts(9, 8)),
        ("restarts", Of(TestJpeg.Segment(0xDD, 0, 1), TestJpeg.FrameHeader(16, 8), ScanHeader(1), [1, 0xFF, 0xD0, 2, 0xFF, 0xD7, 3]), Facts(16, 8)),
        ("fill bytes", Of([0xFF, 0xFF], TestJpeg.FrameHeader(16, 8), [0xFF], Scan, [0xFF, 0xFF, 0xFF]), Facts(16, 8)),
        ("height after the scan", Of(TestJpeg.FrameHeader(16, 0), Scan, LineCount(24)), Facts(16, 24)),
        ("zero padding between segments", Of(Comment, [0, 0, 0], TestJpeg.FrameHeader(16, 8), [0], Scan), Facts(16, 8)),
        ("temporary marker", Of([0xFF, 0x01], TestJpeg.FrameHeader(16, 8), Scan), Facts(16, 8)),
        ("empty segment", Of(TestJpeg.Segment(0xEC), TestJpeg.FrameHeader(16, 8), Scan), Facts(16, 8)),
        ("data after the end", [.. Of(TestJpeg.FrameHeader(16, 8), Scan), .. TestJpeg.Make(8, 8, 1), 1, 2, 3], Facts(16, 8)),
        ("orientation", Of(TestExif.Segment(TestExif.Make(6)), TestJpeg.FrameHeader(16, 8), Scan), Facts(16, 8, 6)),
        ("orientation after other metadata", Of(TestJpeg.Segment(0xE1, "http://ns.adobe.com/xap/1.0/\0"u8), TestExif.Segment(TestExif.Make(8, false, 40)), TestJpeg.FrameHeader(16, 8), Scan), Facts(16, 8, 8)),
        .. from code in Enumerable.Range(0xC0, 16)
           where code is not (0xC4 or 0xC8 or 0xCC)
           select ($"process {code:X2}", Of(TestJpeg.FrameHeader(16, 8, (byte)code), Scan), Facts(16, 8)),
    ];

    private static ImageFacts Facts(int width, int height, int orientation = 1) => new(ImageFormat.Jpeg, width, height, orientation);
}
