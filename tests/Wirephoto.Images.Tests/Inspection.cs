using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

/// <summary>Runs inspections with the bytes cut in several ways.</summary>
internal static class Inspection
{
    public const long Gigapixel = 1_000_000_000;

    public sealed record Verdict(ImageFacts? Facts, InspectionFault? Fault);

    public static Verdict Whole(ImageFormat format, ReadOnlySpan<byte> bytes, long maxPixels = Gigapixel)
    {
        var inspector = ImageInspector.Create(format, maxPixels);
        inspector.Append(bytes);
        return Finish(inspector);
    }

    public static Verdict InPieces(ImageFormat format, ReadOnlySpan<byte> bytes, Func<int> nextLength, long maxPixels = Gigapixel)
    {
        var inspector = ImageInspector.Create(format, maxPixels);
        while (!bytes.IsEmpty)
        {
            var piece = bytes[..Math.Min(bytes.Length, nextLength())];
            Assert.Equal(inspector.Append(piece), inspector.Fault is null);
            bytes = bytes[piece.Length..];
        }
        return Finish(inspector);
    }

    /// <summary>The verdict, after proving that it is the same whole, byte by byte and in random pieces (empty ones too).</summary>
    public static Verdict EveryWay(ImageFormat format, ReadOnlySpan<byte> bytes, int seed, long maxPixels = Gigapixel)
    {
        var noise = new Noise(seed);
        var whole = Whole(format, bytes, maxPixels);
        Assert.Equal(whole, InPieces(format, bytes, () => 1, maxPixels));
        Assert.Equal(whole, InPieces(format, bytes, () => noise.Next(7), maxPixels));
        Assert.Equal(whole, InPieces(format, bytes, () => noise.Next(3000), maxPixels));
        return whole;
    }

    private static Verdict Finish(ImageInspector inspector)
    {
        var facts = inspector.Complete();
        Assert.True(facts is null != inspector.Fault is null);
        return new Verdict(facts, inspector.Fault);
    }
}
