using System.Text;
using Wirephoto.Server.Dialects;

namespace Wirephoto.Server.Tests.Dialects;

public sealed class FirstBytesTests
{
    static readonly (string Bytes, WireFormat Format, int Certain)[] Examples =
    [
        ("16 03 01 02 00 01 00 01 FC 03 03", WireFormat.Tls, 6),
        ("16 03 04 00 10 01 00 00", WireFormat.Tls, 6),
        ("00 00 00 4F 80 04 95 44 00", WireFormat.D1, 6),
        ("00 00 00 4F 80 02 7D 71 00", WireFormat.D1, 6),
        ("00 00 00 4F 80 05 95 44 00", WireFormat.D1, 6),

        // Lengths that look like something else: {" in the low half, a TLS record, the largest below 1 GiB.
        ("00 00 7B 22 80 04 95 17", WireFormat.D1, 6),
        ("00 02 7B 7D 80 04 95 17", WireFormat.D1, 6),
        ("16 03 01 00 80 04 95 F5", WireFormat.D1, 6),
        ("16 03 7B 22 80 04 95 F5", WireFormat.D1, 6),
        ("3F FF FF FF 80 05 95 F4", WireFormat.D1, 6),
        ("00 0F 7B 22 74 79 70 65", WireFormat.Native, 5),
        ("00 0F 7B 20 22 74 79 70", WireFormat.Native, 5),
        ("00 02 7B 7D 00 02 7B 7D", WireFormat.Native, 5),
        ("16 03 7B 22 74 79 70 65", WireFormat.Native, 5),
        ("4C 49 7B 0A 20 20 22 74", WireFormat.Native, 4),
        ("67 65 7B 0D 0A 20 22 74", WireFormat.Native, 4),
        (Hex("LIST\n"), WireFormat.D2, 5),
        (Hex("LIST\r\n"), WireFormat.D2, 6),
        (Hex("GET|photo.jpg\n"), WireFormat.D2, 4),
        (Hex("PUT|cat.png\n"), WireFormat.D2, 4),
        (Hex("list "), WireFormat.D3, 5),
        (Hex("get bob.png "), WireFormat.D3, 4),
        (Hex("put a.png "), WireFormat.D3, 4),
        (Hex("invalid"), WireFormat.D3, 7),
        (Hex("GET / HTTP/1.1\r\n"), WireFormat.Unknown, 4),
        (Hex("SSH-2.0-x\r\n"), WireFormat.Unknown, 3),
        (Hex("hello there"), WireFormat.Unknown, 3),
        (Hex("List\n"), WireFormat.Unknown, 3),
        (Hex("LIST x\n"), WireFormat.Unknown, 5),
        ("00 00 00 4F 80 01 95 44", WireFormat.Unknown, 6),
        ("00 00 00 4F 80 06 95 44", WireFormat.Unknown, 6),
        ("00 00 00 4F 81 04 95 44", WireFormat.Unknown, 5),
        ("40 00 00 00 80 04 95 44", WireFormat.Unknown, 3),
        ("16 03 05 00 10 01 00 00", WireFormat.Unknown, 5),
        ("00 0F 7B 5B 22 74 79 70", WireFormat.Unknown, 5),
    ];

    public static TheoryData<string, WireFormat, int> All => [.. Examples.Select(example => (example.Bytes, example.Format, example.Certain))];

    [Theory]
    [MemberData(nameof(All))]
    [Trait("Requirement", "R2-4.2")]
    [Trait("Requirement", "R3-4.3")]
    public void A_format_is_certain_from_one_byte_on_and_never_another_before(string hex, WireFormat format, int certain)
    {
        var bytes = Bytes(hex);
        for (var length = 0; length <= bytes.Length; length++)
        {
            Assert.Equal(length < certain ? null : format, FirstBytes.Recognize(bytes.AsSpan(0, length)));
        }
    }

    [Fact]
    public void A_client_that_stops_early_is_what_its_bytes_say_already()
    {
        Assert.Equal(WireFormat.Silent, FirstBytes.RecognizeAll([]));
        Assert.Equal(WireFormat.Native, FirstBytes.RecognizeAll([0, 2, (byte)'{', (byte)'}']));
        Assert.Equal(WireFormat.Unknown, FirstBytes.RecognizeAll("LIST"u8));
        Assert.Equal(WireFormat.Unknown, FirstBytes.RecognizeAll([0, 0, 0, 0x4f, 0x80]));
    }

    static string Hex(string text) => string.Join(' ', Encoding.ASCII.GetBytes(text).Select(b => $"{b:X2}"));

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}
