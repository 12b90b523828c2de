using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

/// <summary>The builders must make real images, or every test that uses them proves nothing.</summary>
public class TestImageTests
{
    public static TheoryData<long> PngSizes => [.. Enumerable.Range(TestPng.SmallestSize, 200), 2047, 2048, 2049, 65_600, 131_000, 1_048_575, 1_048_576, 3_000_001];

    [Theory]
    [MemberData(nameof(PngSizes))]
    public void A_png_of_a_size_has_exactly_that_size_and_decompresses_to_its_rows(long size)
    {
        var png = TestPng.OfSize(size, 7);
        Assert.Equal(size, png.Length);
        AssertPixels(png);
    }

    [Fact]
    public void Every_length_around_a_whole_number_of_pages_can_be_made()
    {
        for (var size = 131_072 - 700; size < 131_072 + 700; size++)
            AssertPixels(TestPng.OfSize(size, size));
    }

    [Fact]
    public void A_compressed_png_decompresses_to_its_rows() => AssertPixels(TestPng.Make(31, 17, 3));

    [Fact]
    public void The_streaming_form_reads_the_same_bytes_from_any_position()
    {
        var whole = TestPng.OfSize(300_000, 5);
        using var stream = TestPng.Stream(300_000, 5);
        var noise = new Noise(1);
        var part = new byte[5000];
        for (var i = 0; i < 200; i++)
        {
            var start = noise.Next(300_000 - part.Length);
            stream.Position = start;
            stream.ReadExactly(part);
            Assert.True(part.AsSpan().SequenceEqual(whole.AsSpan(start, part.Length)));
        }
    }

    [Fact]
    public void The_seed_decides_the_bytes()
    {
        Assert.Equal(TestPng.OfSize(5000, 1), TestPng.OfSize(5000, 1));
        Assert.NotEqual(TestPng.OfSize(5000, 1), TestPng.OfSize(5000, 2));
        Assert.Equal(TestJpeg.OfSize(5000, 1), TestJpeg.OfSize(5000, 1));
        Assert.NotEqual(TestJpeg.OfSize(5000, 1), TestJpeg.OfSize(5000, 2));
    }

    [Fact]
    public void A_jpeg_of_a_size_has_exactly_that_size()
    {
        for (var size = TestJpeg.SmallestSize; size < 3000; size += 7)
            Assert.Equal(size, TestJpeg.OfSize(size, size).Length);
        Assert.Equal(1_500_000, TestJpeg.OfSize(1_500_000, 1).Length);
    }

    // ZLibStream checks the Adler-32; the rows must be all there and start with filter 0.
    private static void AssertPixels(byte[] png)
    {
        var data = new MemoryStream();
        for (var at = 8; at < png.Length;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
            if (Encoding.ASCII.GetString(png, at + 4, 4) == "IDAT")
                data.Write(png, at + 8, length);
            at += 12 + length;
        }
        data.Position = 0;
        var rows = new MemoryStream();
        new ZLibStream(data, CompressionMode.Decompress).CopyTo(rows);
        var width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        var height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        Assert.Equal(height * (1 + width * 3), rows.Length);
        for (var y = 0; y < height; y++)
            Assert.Equal(0, rows.GetBuffer()[y * (1 + width * 3)]);
    }
}
