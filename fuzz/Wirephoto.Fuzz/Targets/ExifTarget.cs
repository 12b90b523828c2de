using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.SlowRules;
using Wirephoto.Images.Exif;
using Wirephoto.TestImages;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The orientation in Exif data.</summary>
public sealed class ExifTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "exif";

    /// <inheritdoc/>
    public override int MostBytes => 1024;

    /// <inheritdoc/>
    public override long MostAllocated(int payload) => 16 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        for (var orientation = 0; orientation < 10; orientation++)
        {
            yield return TestExif.Make(orientation);
            yield return TestExif.Make(orientation, littleEndian: false, gap: orientation * 5);
        }

        yield return TestExif.Directory(true, 0, (0x0112, 4, 1, 6));
        yield return TestExif.Directory(false, 3, (0x0112, 3, 2, 6), (0x0112, 3, 1, 5));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = ["II"u8.ToArray(), "MM"u8.ToArray(), [0x01, 0x12], [0x12, 0x01], [42, 0], [0, 42], [0, 3], [3, 0], [4, 0], [0, 0, 0, 1]];

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        var exif = new ExifOrientation();
        var next = input.Pieces();
        for (var at = 0; at < input.Payload.Length;)
        {
            var count = Math.Min(next(), input.Payload.Length - at);
            exif.Append(input.Payload.AsSpan(at, count));
            at += count;
        }

        return ValueTask.FromResult(Verdict.Of($"{exif.Value}", exif.Value));
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var expected = SlowExif.Orientation(input.Payload);
        FindingException.Unless((int)verdict.Value! == expected, $"the slow rule finds the orientation {expected}");
        return ValueTask.CompletedTask;
    }
}
