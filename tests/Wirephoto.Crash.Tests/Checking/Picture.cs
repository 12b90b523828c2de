using System.Security.Cryptography;
using Wirephoto.TestImages;

namespace Wirephoto.Crash.Tests.Checking;

/// <summary>An image that a test sends, with the digest that the checker computes by itself.</summary>
sealed record Picture(byte[] Bytes, string Sha256)
{
    public static Picture Make(int length, int seed)
    {
        var bytes = TestJpeg.OfSize(length, seed);
        return new Picture(bytes, Digest(bytes));
    }

    public static string Digest(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
