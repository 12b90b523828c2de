using BenchmarkDotNet.Attributes;
using Wirephoto.Images;
using Wirephoto.TestImages;

namespace Wirephoto.Benchmarks;

/// <summary>Looking at an image's bytes: one operation is the whole image.</summary>
public class WalkerBenchmarks
{
    const int PieceBytes = 256 * 1024;

    byte[] jpeg = [];
    byte[] png = [];

    /// <summary>Bytes of each image.</summary>
    [Params(100_000, 16 << 20)]
    public int Size { get; set; }

    /// <summary>Makes the images.</summary>
    [GlobalSetup]
    public void MakeImages() => (jpeg, png) = (TestJpeg.OfSize(Size, 1), TestPng.OfSize(Size, 1));

    /// <summary>Tells the format by the first bytes.</summary>
    [Benchmark]
    public object? Sniff() => ImageFormats.Sniff(png);

    /// <summary>Walks through a JPEG.</summary>
    [Benchmark]
    public int Jpeg() => Walk(ImageFormat.Jpeg, jpeg);

    /// <summary>Walks through a PNG; the checksum of every chunk is computed.</summary>
    [Benchmark]
    public int Png() => Walk(ImageFormat.Png, png);

    static int Walk(ImageFormat format, byte[] image)
    {
        var inspector = ImageInspector.Create(format, maxPixels: 1_000_000_000);
        for (var at = 0; at < image.Length; at += PieceBytes) inspector.Append(image.AsSpan(at, Math.Min(PieceBytes, image.Length - at)));
        return inspector.Complete()?.Width ?? throw new InvalidOperationException("the image is refused");
    }
}
