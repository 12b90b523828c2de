using System.Buffers.Binary;
using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

/// <summary>Legal images, changed at random: the verdict never depends on the pieces, and a slow rule written apart agrees with it.</summary>
public class MutationTests(ITestOutputHelper output)
{
    private const int Rounds = 40_000;

    [Fact]
    public void Changed_jpegs_get_the_verdict_of_the_slow_rule_however_they_are_cut() =>
        Run(ImageFormat.Jpeg, [.. JpegSamples.Legal.Select(s => s.Bytes)], SlowJpeg.IsWhole, repair: null);

    [Fact]
    public void Changed_pngs_get_the_verdict_of_the_slow_rule_however_they_are_cut() =>
        Run(ImageFormat.Png, [.. PngSamples.Legal.Select(s => s.Bytes)], SlowPng.IsWhole, RepairCrcs);

    private void Run(ImageFormat format, byte[][] samples, Func<byte[], bool> slow, Action<byte[]>? repair)
    {
        var noise = new Noise(2026);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Change(samples, noise);
            // Most changes break a CRC: with the CRCs put right the rules behind them are reached too.
            if (repair is not null && noise.Next(4) != 0)
                repair(bytes);
            var verdict = Inspection.Whole(format, bytes, long.MaxValue);
            Assert.Equal(verdict, Inspection.InPieces(format, bytes, () => noise.Next(9), long.MaxValue));
            var whole = slow(bytes);
            if (whole != verdict.Facts is not null)
                Assert.Fail($"Round {round}: the slow rule says {whole}, the inspector {verdict.Fault?.Message ?? "whole"}, of {Convert.ToHexString(bytes)}");
            accepted += whole ? 1 : 0;
        }
        output.WriteLine($"{accepted} of {Rounds} changed images were still whole.");
        Assert.InRange(accepted, Rounds / 100, Rounds * 99 / 100);
    }

    private static byte[] Change(byte[][] samples, Noise noise)
    {
        List<byte> bytes = [.. samples[noise.Next(samples.Length)]];
        for (var changes = 1 + noise.Next(3); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = noise.Next(bytes.Count);
            var length = Math.Min(noise.Next(20), bytes.Count - at);
            switch (noise.Next(6))
            {
                case 0:
                    bytes[at] = (byte)noise.NextBits();
                    break;
                case 1:
                    bytes[at] ^= (byte)(1 << noise.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(noise.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 4:
                    bytes.InsertRange(at, [0xFF, (byte)(0xC0 + noise.Next(64))]);
                    break;
                default:
                    var other = samples[noise.Next(samples.Length)];
                    bytes.InsertRange(at, other.AsSpan(noise.Next(other.Length)));
                    break;
            }
        }
        return [.. bytes];
    }

    private static void RepairCrcs(byte[] bytes)
    {
        for (long at = 8; at + 12 <= bytes.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan((int)at));
            if (at + 12 + length > bytes.Length)
                return;
            var typed = bytes.AsSpan((int)at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan((int)(at + 8 + length)), ~PngChunk.Crc(uint.MaxValue, typed));
            at += 12 + length;
        }
    }
}
