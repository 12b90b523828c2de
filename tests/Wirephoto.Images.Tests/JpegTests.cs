using Wirephoto.TestImages;
using static Wirephoto.Images.Tests.JpegSamples;

namespace Wirephoto.Images.Tests;

public class JpegTests
{
    private static readonly byte[] Frame = TestJpeg.FrameHeader(16, 8);

    public static TheoryData<string> Names => [.. Legal.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_legal_jpeg_is_accepted_however_it_is_cut(string name)
    {
        var (_, bytes, facts) = Legal.Single(s => s.Name == name);
        Assert.Equal(new(facts, null), Inspection.EveryWay(ImageFormat.Jpeg, bytes, seed: 3));
        Assert.True(SlowJpeg.IsWhole(bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_proper_prefix_is_refused(string name)
    {
        var (_, bytes, _) = Legal.Single(s => s.Name == name);
        var whole = name == "data after the end" ? bytes.Length - TestJpeg.Make(8, 8, 1).Length - 3 : bytes.Length;
        for (var length = 0; length < whole; length++)
        {
            var fault = Inspection.EveryWay(ImageFormat.Jpeg, bytes.AsSpan(0, length), seed: length).Fault;
            Assert.Equal(InspectionRule.NotAnImage, fault?.Rule);
            Assert.Contains($"at byte {length}", fault!.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_large_image_made_of_noise_is_accepted_and_its_scan_is_walked_to_the_end()
    {
        var bytes = TestJpeg.OfSize(2_000_000, 4);
        Assert.NotNull(Inspection.EveryWay(ImageFormat.Jpeg, bytes, seed: 4).Facts);
        Assert.Equal("JPEG ends inside scan data at byte 1999999", Inspection.Whole(ImageFormat.Jpeg, bytes.AsSpan(0, 1_999_999)).Fault?.Message);
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "JPEG has no frame header before its end marker at byte 2", Of() },
        { "JPEG has no scan before its end marker at byte 15", Of(Frame) },
        { "scan without a frame header before it at byte 2", Of(Scan, Frame) },
        { "scan without any data at byte 25", Of(Frame, ScanHeader(1)) },
        { "scan without any data at byte 29", Of(Frame, ScanHeader(1), [0xFF, 0xD0, 0xFF, 0xD1]) },
        { "second frame header in one image at byte 15", Of(Frame, Frame, Scan) },
        { "second frame header in one image at byte 30", Of(Frame, Scan, Frame, Scan) },
        { "second start marker before the end marker at byte 15", Of(Frame, TestJpeg.Start, Scan) },
        { "restart marker outside scan data at byte 2", Of([0xFF, 0xD3], Frame, Scan) },
        { "reserved marker FF02 at byte 2", Of([0xFF, 0x02], Frame, Scan) },
        { "reserved marker FFC8 at byte 2", Of(TestJpeg.Segment(0xC8), Frame, Scan) },
        { "reserved marker FF00 at byte 15", Of(Frame, [0xFF, 0], Scan) },
        { "reserved marker FF05 at byte 30", Of(Frame, Scan, [0xFF, 0x05]) },
        { "a marker must start with FF, 41 found at byte 2", Of([0x41], Frame, Scan) },
        { "a marker must start with FF, 00 found at byte 2", Of([0], Frame, Scan) },
        { "a marker must start with FF, 41 found at byte 17", Of(Frame, [0, 0, 0x41], Scan) },
        { "segment FFE1 has length 1, which is less than its own two bytes, at byte 2", Of([0xFF, 0xE1, 0, 1], Frame, Scan) },
        { "segment FFE1 has length 0, which is less than its own two bytes, at byte 2", Of([0xFF, 0xE1, 0, 0], Frame, Scan) },
        { "segment FFC0 has the impossible length 12 at byte 2", Of([0xFF, 0xC0, 0, 12], Frame, Scan) },
        { "segment FFC0 has the impossible length 23 at byte 2", Of(TestJpeg.Segment(0xC0, new byte[21]), Scan) },
        { "segment FFDA has the impossible length 16 at byte 15", Of(Frame, TestJpeg.Segment(0xDA, new byte[14]), [1]) },
        { "segment FFDD has the impossible length 5 at byte 2", Of(TestJpeg.Segment(0xDD, 0, 1, 2), Frame, Scan) },
        { "frame header is for 3 components but has the length of 1 at byte 2", Of(TestJpeg.Segment(0xC0, 8, 0, 8, 0, 16, 3, 1, 0x11, 0), Scan) },
        { "frame header has a width of zero at byte 2", Of(TestJpeg.FrameHeader(0, 8), Scan) },
        { "sample precision of 12 bits", Of(TestJpeg.Segment(0xC0, 12, 0, 8, 0, 16, 1, 1, 0x11, 0), Scan) },
        { "sample precision of 9 bits", Of(TestJpeg.Segment(0xC2, 9, 0, 8, 0, 16, 1, 1, 0x11, 0), Scan) },
        { "illegal sampling or table numbers (0x1, 0)", Of(TestJpeg.Segment(0xC0, 8, 0, 8, 0, 16, 1, 1, 0x01, 0), Scan) },
        { "illegal sampling or table numbers (1x5, 0)", Of(TestJpeg.Segment(0xC0, 8, 0, 8, 0, 16, 1, 1, 0x15, 0), Scan) },
        { "illegal sampling or table numbers (1x1, 4)", Of(TestJpeg.Segment(0xC0, 8, 0, 8, 0, 16, 1, 1, 0x11, 4), Scan) },
        { "scan header names component 9, which the frame header does not have, at byte 15", Of(Frame, ScanHeader(9), [1]) },
        { "scan header is for 2 components but has the length of 1 at byte 15", Of(Frame, TestJpeg.Segment(0xDA, 2, 1, 0, 0, 63, 0), [1]) },
        { "leaves the height to a DNL segment after the first scan, but there is none at byte 30", Of(TestJpeg.FrameHeader(16, 0), Scan) },
        { "leaves the height to a DNL segment after the first scan, but there is none at byte 30", Of(TestJpeg.FrameHeader(16, 0), Scan, Comment, LineCount(8)) },
        { "DNL segment with a height of zero at byte 30", Of(TestJpeg.FrameHeader(16, 0), Scan, LineCount(0)) },
        { "DNL segment before the end of the first scan at byte 15", Of(TestJpeg.FrameHeader(16, 0), LineCount(8), Scan) },
        { "segment FFDC has the impossible length 3 at byte 30", Of(TestJpeg.FrameHeader(16, 0), Scan, TestJpeg.Segment(0xDC, 8)) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_jpeg_is_refused_with_the_rule_and_the_place(string reason, byte[] bytes)
    {
        var verdict = Inspection.EveryWay(ImageFormat.Jpeg, bytes, seed: 5);
        Assert.Equal(InspectionRule.NotAnImage, verdict.Fault?.Rule);
        Assert.Contains(reason, verdict.Fault!.Message, StringComparison.Ordinal);
        Assert.False(SlowJpeg.IsWhole(bytes));
    }

    [Fact]
    public void Too_many_pixels_are_refused_as_soon_as_the_header_is_there()
    {
        var inspector = ImageInspector.Create(ImageFormat.Jpeg, maxPixels: 16 * 8 - 1);
        byte[] head = [.. TestJpeg.Start, .. Comment, .. Frame];
        Assert.True(inspector.Append(head.AsSpan(0, head.Length - 1)));
        Assert.True(inspector.Append(head.AsSpan(head.Length - 1)) == head.Length < 32);
        Assert.False(inspector.Append(Scan));
        Assert.Equal(new(InspectionRule.TooManyPixels, "declared pixels 16 x 8 exceed the limit of 127 at byte 15"), inspector.Fault);
        Assert.NotNull(Inspection.Whole(ImageFormat.Jpeg, Of(Frame, Scan), 16 * 8).Facts);
    }

    [Fact]
    public void A_height_that_comes_after_the_scan_counts_for_the_pixel_limit()
    {
        var fault = Inspection.EveryWay(ImageFormat.Jpeg, Of(TestJpeg.FrameHeader(16, 0), Scan, LineCount(24)), 6, maxPixels: 16 * 24 - 1).Fault;
        Assert.Equal(InspectionRule.TooManyPixels, fault?.Rule);
    }
}
