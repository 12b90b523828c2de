using System.IO.Compression;

namespace Wirephoto.TestImages;

/// <summary>Makes valid 8-bit RGB PNG images of noise; the same arguments always give the same bytes.</summary>
public static class TestPng
{
    /// <summary>The smallest length that <see cref="OfSize"/> and <see cref="Stream"/> can make.</summary>
    public const int SmallestSize = 128;

    /// <summary>An image of the given dimensions in pixels, compressed.</summary>
    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        return [.. PngChunk.Signature, .. PngChunk.Header((uint)width, (uint)height), .. PngChunk.Make("IDAT", Pixels(width, height, seed)), .. PngChunk.Make("IEND")];
    }

    /// <summary>An image of exactly <paramref name="bytes"/> bytes (at least <see cref="SmallestSize"/>).</summary>
    public static byte[] OfSize(long bytes, int seed)
    {
        using var stream = new NoisePngStream(bytes, seed);
        var image = new byte[bytes];
        stream.ReadExactly(image);
        return image;
    }

    /// <summary>An image of exactly <paramref name="length"/> bytes as a seekable stream that holds about 64 KiB of it; copying is all its cost.</summary>
    public static Stream Stream(long length, int seed) => new NoisePngStream(length, seed);

    private static byte[] Pixels(int width, int height, int seed)
    {
        var noise = new Noise(seed);
        var row = new byte[1 + width * 3];
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                noise.Fill(row.AsSpan(1));
                zlib.Write(row);
            }
        }
        return data.ToArray();
    }
}
