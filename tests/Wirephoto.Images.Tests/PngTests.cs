using Wirephoto.TestImages;
using static Wirephoto.Images.Tests.PngSamples;

namespace Wirephoto.Images.Tests;

public class PngTests
{
    public static TheoryData<string> Names => [.. Legal.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_legal_png_is_accepted_however_it_is_cut(string name)
    {
        var (_, bytes, facts) = Legal.Single(s => s.Name == name);
        Assert.Equal(new(facts, null), Inspection.EveryWay(ImageFormat.Png, bytes, seed: 1));
        Assert.True(SlowPng.IsWhole(bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_proper_prefix_is_refused(string name)
    {
        var bytes = Legal.Single(s => s.Name == name).Bytes;
        for (var length = 0; length < WholeLength(bytes); length++)
        {
            var fault = Inspection.EveryWay(ImageFormat.Png, bytes.AsSpan(0, length), seed: length).Fault;
            Assert.Equal(InspectionRule.NotAnImage, fault?.Rule);
            Assert.Contains($"at byte {length}", fault!.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_change_of_one_byte_is_refused(string name)
    {
        var bytes = Legal.Single(s => s.Name == name).Bytes;
        for (var at = 0; at < WholeLength(bytes); at++)
        {
            var right = bytes[at];
            for (var change = 1; change < 256; change++)
            {
                bytes[at] = (byte)(right ^ change);
                Assert.NotNull(Inspection.Whole(ImageFormat.Png, bytes).Fault);
            }
            bytes[at] = right;
        }
        Assert.Null(Inspection.Whole(ImageFormat.Png, bytes).Fault);
    }

    [Fact]
    public void Depths_and_color_types_are_accepted_in_the_legal_combinations_only()
    {
        for (var color = 0; color < 256; color++)
        {
            for (var depth = 0; depth < 256; depth++)
            {
                int[] legal = color switch { 0 => [1, 2, 4, 8, 16], 3 => [1, 2, 4, 8], 2 or 4 or 6 => [8, 16], _ => [] };
                var header = PngChunk.Header(1, 1, (byte)depth, (byte)color);
                var verdict = Inspection.Whole(ImageFormat.Png, color == 3 ? Of(header, Palette, Data, PngSamples.End) : Of(header, Data, PngSamples.End));
                Assert.Equal(legal.Contains(depth), verdict.Fault is null);
            }
        }
    }

    public static TheoryData<string, byte[]> Broken => new()
    {
        { "chunk IDAT of length 24 where IHDR of length 13 must be at byte 8", Of(Data, Header, PngSamples.End) },
        { "chunk IHDR of length 12 where IHDR of length 13 must be at byte 8", Of(PngChunk.Make("IHDR", new byte[12]), Data, PngSamples.End) },
        { "second IHDR chunk at byte 33", Of(Header, Header, Data, PngSamples.End) },
        { "PNG header declares no pixels (0 x 1) at byte 16", Of(PngChunk.Header(0, 1), Data, PngSamples.End) },
        { "PNG header declares no pixels (4 x 0) at byte 16", Of(PngChunk.Header(4, 0), Data, PngSamples.End) },
        { "PNG header declares impossible dimensions (2147483648 x 1) at byte 16", Of(PngChunk.Header(0x80000000, 1), Data, PngSamples.End) },
        { "unknown compression (1) or filter (0) method at byte 16", Of(PngChunk.Header(4, 1, compression: 1), Data, PngSamples.End) },
        { "unknown compression (0) or filter (64) method at byte 16", Of(PngChunk.Header(4, 1, filter: 64), Data, PngSamples.End) },
        { "unknown interlace method 2 at byte 16", Of(PngChunk.Header(4, 1, interlace: 2), Data, PngSamples.End) },
        { "chunk type 49444120 is not four letters at byte 33", Of(Header, PngChunk.Make("IDA "), Data, PngSamples.End) },
        { "chunk tEXt declares the impossible length 4294967295 at byte 33", Of(Header, [0xFF, 0xFF, 0xFF, 0xFF], "tEXt"u8.ToArray()) },
        { "unknown critical chunk NEWS at byte 33", Of(Header, PngChunk.Make("NEWS"), Data, PngSamples.End) },
        { "image data without the PLTE chunk that its color type needs at byte 33", Of(Indexed, Data, Palette, PngSamples.End) },
        { "PLTE chunk in a gray image at byte 33", Of(PngChunk.Header(4, 1, color: 0), Palette, Data, PngSamples.End) },
        { "PLTE chunk in a gray image at byte 33", Of(PngChunk.Header(4, 1, color: 4), Palette, Data, PngSamples.End) },
        { "second PLTE chunk at byte 51", Of(Indexed, Palette, Palette, Data, PngSamples.End) },
        { "PLTE chunk after the image data at byte 69", Of(Header, Data, Palette, PngSamples.End) },
        { "PLTE chunk of length 0, not 1 to 256 times three, at byte 33", Of(Indexed, PngChunk.Make("PLTE"), Data, PngSamples.End) },
        { "PLTE chunk of length 4, not 1 to 256 times three, at byte 33", Of(Indexed, PngChunk.Make("PLTE", new byte[4]), Data, PngSamples.End) },
        { "PLTE chunk of length 771, not 1 to 256 times three, at byte 33", Of(Indexed, PngChunk.Make("PLTE", new byte[771]), Data, PngSamples.End) },
        { "IDAT chunk that does not follow the other IDAT chunks at byte 92", Of(Header, Data, Text, Data, PngSamples.End) },
        { "PNG has no image data (IDAT) before its end at byte 33", Of(Header, PngSamples.End) },
        { "PNG has no image data (IDAT) before its end at byte 45", Of(Header, PngChunk.Make("IDAT"), PngSamples.End) },
        { "image data does not start with a zlib header at byte 33", Of(Header, PngChunk.Make("IDAT", new byte[20]), PngSamples.End) },
        { "image data does not start with a zlib header at byte 33", Of(Header, PngChunk.Make("IDAT", [0x88, 0x1C, .. Deflated.AsSpan(2)]), PngSamples.End) },
        { "image data does not start with a zlib header at byte 33", Of(Header, PngChunk.Make("IDAT", [0x77, 0x09, .. Deflated.AsSpan(2)]), PngSamples.End) },
        { "image data does not start with a zlib header at byte 33", Of(Header, PngChunk.Make("IDAT", [0x78, 0x20, .. Deflated.AsSpan(2)]), PngSamples.End) },
        { "image data does not start with a zlib header at byte 46", Of(Header, PngChunk.Make("IDAT", 0x78), PngChunk.Make("IDAT", 0x02), PngSamples.End) },
        { "image data of 7 bytes is too short for 4 x 1 pixels", Of(Header, PngChunk.Make("IDAT", Deflated.AsSpan(0, 7)), PngSamples.End) },
        { "image data of 24 bytes is too short for 30000 x 30000 pixels", Of(PngChunk.Header(30000, 30000), Data, PngSamples.End) },
        { "IEND chunk of length 1, not 0, at byte 69", Of(Header, Data, PngChunk.Make("IEND", 0)) },
        { "PNG ends without an IEND chunk at byte 69", Of(Header, Data) },
        { "PNG ends inside chunk IEND at byte 80", Of(Header, Data, PngSamples.End.AsSpan(0, 11).ToArray()) },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_png_is_refused_with_the_rule_and_the_place(string reason, byte[] bytes)
    {
        var verdict = Inspection.EveryWay(ImageFormat.Png, bytes, seed: 2);
        Assert.Equal(InspectionRule.NotAnImage, verdict.Fault?.Rule);
        Assert.Contains(reason, verdict.Fault!.Message, StringComparison.Ordinal);
        Assert.False(SlowPng.IsWhole(bytes));
    }

    [Fact]
    public void Too_many_pixels_are_refused_as_soon_as_the_header_is_there()
    {
        var inspector = ImageInspector.Create(ImageFormat.Png, maxPixels: 999_999);
        Assert.False(inspector.Append(Of(PngChunk.Header(1000, 1000))));
        Assert.Equal(new(InspectionRule.TooManyPixels, "declared pixels 1000 x 1000 exceed the limit of 999999 at byte 16"), inspector.Fault);
        Assert.NotNull(Inspection.Whole(ImageFormat.Png, TestPng.Make(100, 100, 1), maxPixels: 10_000).Facts);
    }

    [Fact]
    public void The_largest_dimensions_do_not_overflow_the_pixel_limit()
    {
        var fault = Inspection.Whole(ImageFormat.Png, Of(PngChunk.Header(int.MaxValue, int.MaxValue), Data, PngSamples.End)).Fault;
        Assert.Equal(InspectionRule.TooManyPixels, fault?.Rule);
        var deep = Of(PngChunk.Header(int.MaxValue, int.MaxValue, depth: 16, color: 6), Data, PngSamples.End);
        Assert.Equal(InspectionRule.NotAnImage, Inspection.Whole(ImageFormat.Png, deep, long.MaxValue).Fault?.Rule);
    }

    [Fact]
    public void A_streamed_image_of_64_MiB_is_accepted()
    {
        using var stream = TestPng.Stream(64 << 20, 9);
        var inspector = ImageInspector.Create(ImageFormat.Png, Inspection.Gigapixel);
        var buffer = new byte[100_003];
        for (int read; (read = stream.Read(buffer, 0, buffer.Length)) > 0;)
            Assert.True(inspector.Append(buffer.AsSpan(0, read)));
        Assert.NotNull(inspector.Complete());
    }

    private static int WholeLength(byte[] bytes) => bytes.AsSpan().IndexOf(PngSamples.End) + 12;
}
