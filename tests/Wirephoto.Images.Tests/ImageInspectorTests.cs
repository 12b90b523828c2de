using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

public class ImageInspectorTests
{
    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    public void No_bytes_at_all_are_refused_as_empty(ImageFormat format)
    {
        var fault = Inspection.EveryWay(format, [], 1).Fault;
        Assert.Equal(InspectionRule.NotAnImage, fault?.Rule);
        Assert.StartsWith("empty", fault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_under_the_name_of_the_other_format_is_told_its_right_name()
    {
        Assert.Equal("this is a PNG, not a JPEG: name it .png", Inspection.EveryWay(ImageFormat.Jpeg, TestPng.Make(9, 9, 1), 1).Fault?.Message);
        Assert.Equal("this is a JPEG, not a PNG: name it .jpg", Inspection.EveryWay(ImageFormat.Png, TestJpeg.Make(9, 9, 1), 1).Fault?.Message);
    }

    [Fact]
    public void The_first_fault_is_final_and_further_bytes_are_ignored()
    {
        var inspector = ImageInspector.Create(ImageFormat.Png, 100);
        Assert.False(inspector.Append(new byte[64]));
        var fault = inspector.Fault;
        Assert.NotNull(fault);
        Assert.False(inspector.Append(TestPng.Make(3, 3, 1)));
        Assert.Null(inspector.Complete());
        Assert.Same(fault, inspector.Fault);
    }

    [Fact]
    public void Completing_twice_gives_the_same_and_appending_after_it_is_a_mistake()
    {
        var inspector = ImageInspector.Create(ImageFormat.Png, 100);
        inspector.Append(TestPng.Make(3, 3, 1));
        var facts = inspector.Complete();
        Assert.NotNull(facts);
        Assert.Same(facts, inspector.Complete());
        Assert.Throws<InvalidOperationException>(() => inspector.Append([1]));
    }

    [Fact]
    public void A_limit_of_no_pixels_is_a_mistake() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ImageInspector.Create(ImageFormat.Png, 0));

    [Theory]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Png)]
    public void An_inspection_takes_less_than_a_kibibyte_however_long_the_image_is(ImageFormat format)
    {
        var image = format == ImageFormat.Jpeg ? TestJpeg.OfSize(500_000, 1) : TestPng.OfSize(500_000, 1);
        var (inLarge, inSmall) = (Smallest(format, image, 1000), Smallest(format, image, 10));
        Assert.InRange(inLarge, 1, 1023);
        Assert.Equal(inLarge, inSmall);
    }

    // The runtime adds its own now and then (compilation in tiers, for one): the least of some runs is the inspection's.
    private static long Smallest(ImageFormat format, byte[] image, int piece) =>
        Enumerable.Range(0, 20).Min(_ =>
        {
            var (facts, allocated) = Run(format, image, piece);
            Assert.NotNull(facts);
            return allocated;
        });

    private static (ImageFacts? Facts, long Allocated) Run(ImageFormat format, byte[] image, int piece)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var inspector = ImageInspector.Create(format, Inspection.Gigapixel);
        for (var at = 0; at < image.Length; at += piece)
            inspector.Append(image.AsSpan(at, Math.Min(piece, image.Length - at)));
        var facts = inspector.Complete();
        return (facts, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
