using System.Buffers.Binary;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Images;
using Wirephoto.Images.Tests;
using Wirephoto.TestImages;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The walker through the structure of one image format.</summary>
public sealed class ImageTarget(ImageFormat format) : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => format.Word();

    /// <inheritdoc/>
    public override int MostBytes => 8192;

    // Constant memory, however long the image is.
    /// <inheritdoc/>
    public override long MostAllocated(int payload) => 64 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => format == ImageFormat.Jpeg
        ? [.. JpegSamples.Legal.Select(sample => sample.Bytes), .. CorpusImages.Of("jpeg", ".jpg"), .. CorpusImages.Of("broken", ".jpg")]
        : [.. PngSamples.Legal.Select(sample => sample.Bytes), .. CorpusImages.Of("png", ".png"), .. CorpusImages.Of("broken", ".png")];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = format == ImageFormat.Jpeg
        ? [.. Enumerable.Range(0xC0, 64).Select(code => (byte[])[0xFF, (byte)code]), [0xFF, 0], [0xFF, 0xFF], [0xFF, 1], [0, 2], [0, 0], TestJpeg.FrameHeader(8, 8), JpegSamples.Scan, JpegSamples.LineCount(3)]
        :
        [
            .. ((string[])["IHDR", "PLTE", "IDAT", "IEND", "tEXt", "eXIf", "abcd", "ABCD", "IDAt"]).Select(type => PngChunk.Make(type)),
            PngSamples.Header, PngSamples.Indexed, PngSamples.Palette, PngSamples.Data, "IDAT"u8.ToArray(), PngChunk.Make("eXIf", TestExif.Make(6)), PngChunk.Signature,
        ];

    /// <inheritdoc/>
    public override byte[] Repair(byte[] payload, Random random)
    {
        if (format != ImageFormat.Png) return payload;
        for (long at = 8; at + 12 <= payload.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(payload.AsSpan((int)at));
            if (at + 12 + length > payload.Length) break;
            var typed = payload.AsSpan((int)at + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(payload.AsSpan((int)(at + 8 + length)), ~PngChunk.Crc(uint.MaxValue, typed));
            at += 12 + length;
        }

        return payload;
    }

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        var inspector = ImageInspector.Create(format, long.MaxValue);
        var next = input.Pieces();
        for (var at = 0; at < input.Payload.Length;)
        {
            var count = Math.Min(next(), input.Payload.Length - at);
            inspector.Append(input.Payload.AsSpan(at, count));
            at += count;
        }

        var facts = inspector.Complete();
        return ValueTask.FromResult(inspector.Fault is { } fault
            ? new Verdict("not_an_image", Verdict.ShapeOf(fault.Message), fault)
            : Verdict.Of($"{facts!.Orientation} {Math.Min(facts.Width, 9)} {Math.Min(facts.Height, 9)}", facts));
    }

    /// <inheritdoc/>
    public override async ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var whole = format == ImageFormat.Jpeg ? SlowJpeg.IsWhole(input.Payload) : SlowPng.IsWhole(input.Payload);
        FindingException.Unless(whole == verdict.Accepted, $"the slow rule says {whole}, the walker {verdict.Shape}");
        FindingException.Unless(Equals((await DecodeAsync(input.Whole)).Value, verdict.Value), "the verdict depends on how the bytes are cut");
    }
}
