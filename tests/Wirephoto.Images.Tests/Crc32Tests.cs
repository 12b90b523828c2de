using System.Text;
using Wirephoto.Images.Png;
using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

public class Crc32Tests
{
    [Theory]
    [InlineData("", 0x00000000u)]
    [InlineData("a", 0xE8B7BE43u)]
    [InlineData("123456789", 0xCBF43926u)]
    [InlineData("IEND", 0xAE426082u)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x414FA339u)]
    public void Known_values_come_out(string text, uint crc)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(crc, Crc32.Finish(Crc32.Update(Crc32.Start, bytes)));
        Assert.Equal(crc, Crc32.Finish(Crc32.Slice(Crc32.Start, bytes)));
    }

    [Fact]
    public void Every_length_gives_what_counting_bit_by_bit_gives()
    {
        var bytes = new byte[1200];
        new Noise(1).Fill(bytes);
        for (var start = 0; start < 3; start++)
        {
            for (var length = 0; length < bytes.Length - start; length++)
            {
                var piece = bytes.AsSpan(start, length);
                var register = (uint)(length * 2654435761L);
                var expected = BitByBit(register, piece);
                Assert.Equal(expected, Crc32.Update(register, piece));
                Assert.Equal(expected, Crc32.Slice(register, piece));
            }
        }
    }

    [Fact]
    public void The_pieces_do_not_matter()
    {
        var bytes = new byte[100_000];
        var noise = new Noise(2);
        noise.Fill(bytes);
        var register = Crc32.Start;
        for (var at = 0; at < bytes.Length;)
        {
            var length = Math.Min(noise.Next(1000), bytes.Length - at);
            register = Crc32.Update(register, bytes.AsSpan(at, length));
            at += length;
        }
        Assert.Equal(BitByBit(Crc32.Start, bytes), register);
    }

    private static uint BitByBit(uint register, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var low = (register ^ (uint)(value >> bit)) & 1;
                register = register >> 1 ^ (low == 1 ? 0xEDB88320 : 0);
            }
        }
        return register;
    }
}
