namespace Wirephoto.TestImages;

/// <summary>Makes valid baseline gray JPEG images of noise; the same arguments always give the same bytes.</summary>
public static class TestJpeg
{
    /// <summary>The smallest length that <see cref="OfSize"/> can make.</summary>
    public const int SmallestSize = 384;

    private const byte App0 = 0xE0, Quantization = 0xDB, Frame = 0xC0, Huffman = 0xC4, Scan = 0xDA, Comment = 0xFE;

    /// <summary>The two bytes that start every JPEG.</summary>
    public static byte[] Start => [0xFF, 0xD8];

    /// <summary>The two bytes that end every JPEG.</summary>
    public static byte[] End => [0xFF, 0xD9];

    /// <summary>An image of the given dimensions in pixels (1 to 65,535).</summary>
    public static byte[] Make(int width, int height, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(width, (int)(ushort)width);
        ArgumentOutOfRangeException.ThrowIfNotEqual(height, (int)(ushort)height);
        ArgumentOutOfRangeException.ThrowIfZero(width);
        ArgumentOutOfRangeException.ThrowIfZero(height);
        return [.. Start, .. Body(width, height, seed), .. End];
    }

    /// <summary>An image of exactly <paramref name="bytes"/> bytes (at least <see cref="SmallestSize"/>), nearly all of them scan data.</summary>
    public static byte[] OfSize(int bytes, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, SmallestSize);
        // A block takes about 68 bytes and a comment of at least 4 fills the rest: start a little low, shrink in the rare case of a miss.
        for (var blocks = (bytes - 300) / 72 + 1; ; blocks -= blocks / 50 + 1)
        {
            var across = (int)Math.Clamp(Math.Sqrt(blocks), 1, 4096);
            var body = Body(across * 8, Math.Max(1, blocks / across) * 8, seed);
            var rest = bytes - Start.Length - body.Length - End.Length;
            if (rest == 0 || rest >= 4)
                return [.. Start, .. Comments(rest, seed), .. body, .. End];
        }
    }

    /// <summary>One marker segment: marker, length, payload.</summary>
    public static byte[] Segment(byte marker, params ReadOnlySpan<byte> payload)
    {
        var length = payload.Length + 2;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ushort.MaxValue);
        return [0xFF, marker, (byte)(length >> 8), (byte)length, .. payload];
    }

    /// <summary>The quantization and Huffman tables that the scans of these images use.</summary>
    public static byte[] Tables()
    {
        Span<byte> quantization = stackalloc byte[65];
        quantization[1..].Fill(1);
        return
        [
            .. Segment(Quantization, quantization),
            .. Segment(Huffman, [0x00, .. NoiseScan.CodeLengths(NoiseScan.DcSymbols.Length), .. NoiseScan.DcSymbols]),
            .. Segment(Huffman, [0x10, .. NoiseScan.CodeLengths(NoiseScan.AcSymbols.Length), .. NoiseScan.AcSymbols]),
        ];
    }

    /// <summary>A frame header for one gray component; <paramref name="marker"/> is one of the SOF markers.</summary>
    public static byte[] FrameHeader(int width, int height, byte marker = Frame) =>
        Segment(marker, 8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 1, 1, 0x11, 0);

    /// <summary>A scan header and the scan's noise for an image of that size.</summary>
    public static byte[] ScanOf(int width, int height, int seed) =>
        [.. Segment(Scan, 1, 1, 0x00, 0, 63, 0), .. NoiseScan.Encode((width + 7) / 8 * ((height + 7) / 8), seed)];

    private static byte[] Body(int width, int height, int seed) =>
    [
        .. Segment(App0, [.. "JFIF\0"u8, 1, 2, 0, 0, 1, 0, 1, 0, 0]),
        .. Tables(),
        .. FrameHeader(width, height),
        .. ScanOf(width, height, seed),
    ];

    private static byte[] Comments(int length, int seed)
    {
        var noise = new Noise(~seed);
        var comments = new List<byte>(length);
        while (comments.Count < length)
        {
            var rest = length - comments.Count;
            // Never leave less than a comment's own four bytes for the next round.
            var payload = new byte[rest <= 65537 ? rest - 4 : Math.Min(rest - 8, 65533)];
            noise.Fill(payload);
            comments.AddRange(Segment(Comment, payload));
        }
        return [.. comments];
    }
}
