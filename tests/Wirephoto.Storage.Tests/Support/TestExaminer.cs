using System.Security.Cryptography;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Storage.Tests.Support;

/// <summary>Takes everything for an image of one pixel, unless it begins with "BAD".</summary>
sealed class TestExaminer : ImageExaminer
{
    readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly List<byte> start = [];

    public static Examination Examine(ReadOnlySpan<byte> bytes)
    {
        using var examiner = new TestExaminer();
        examiner.Append(bytes);
        return examiner.Complete();
    }

    public override void Append(ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        start.AddRange(bytes[..Math.Min(bytes.Length, Math.Max(0, 3 - start.Count))]);
    }

    public override Digest CurrentDigest() => new(hash.GetCurrentHash());

    public override Examination Complete() => start.SequenceEqual("BAD"u8.ToArray())
        ? new Examination(CurrentDigest(), null, new WirephotoException(ErrorCode.NotAnImage, "it begins with BAD at byte 0"))
        : new Examination(CurrentDigest(), new PictureFacts("test", 1, 1), null);

    public override void Dispose() => hash.Dispose();
}
