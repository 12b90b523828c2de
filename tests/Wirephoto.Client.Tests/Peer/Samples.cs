using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests.Peer;

/// <summary>Bytes to transfer and what a server says of them; the client never looks inside an image.</summary>
static class Samples
{
    public static readonly DateTimeOffset Date = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);

    /// <summary>Bytes that look different at every place.</summary>
    public static byte[] Bytes(int count, int seed = 1)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Digest Sha256(ReadOnlySpan<byte> bytes) => new(SHA256.HashData(bytes));

    public static ImageInfo Info(string name, byte[] bytes) => new(name, bytes.Length, Sha256(bytes), "jpeg", 4, 3, Date, Date);

    public static Receipt Receipt(string name, byte[] bytes) => new(Info(name, bytes));

    /// <summary>The reply to a get from this offset on.</summary>
    public static GetReply Get(string name, byte[] bytes, int offset = 0) => new(Info(name, bytes), offset, bytes.Length - offset);
}
