using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage;

/// <summary>
/// Reads the bytes of one image in order, in one pass, and says what they are. A store uses it for images that it finds, the service for images
/// that arrive, so that both go by the same rule. Not for use by two threads at once.
/// </summary>
public abstract class ImageExaminer : IDisposable
{
    /// <summary>Takes the next bytes.</summary>
    public abstract void Append(ReadOnlySpan<byte> bytes);

    /// <summary>A fault that is certain already, whatever follows; null: none yet.</summary>
    public virtual WirephotoException? Fault => null;

    /// <summary>The digest of what was taken so far.</summary>
    public abstract Digest CurrentDigest();

    /// <summary>The end of the bytes: what they are.</summary>
    public abstract Examination Complete();

    /// <summary>All of the bytes at once, instead of <see cref="Append"/> and <see cref="Complete"/>. Their digest is known and need not be computed again.</summary>
    public virtual Examination Examine(ReadOnlySpan<byte> image, Digest digest)
    {
        Append(image);
        return Complete() with { Digest = digest };
    }

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>What an examiner found.</summary>
/// <param name="Digest">SHA-256 of the bytes.</param>
/// <param name="Facts">Format and dimensions; null where the type has no structure check.</param>
/// <param name="Fault">Why they are not an image, or null: <see cref="ErrorCode.NotAnImage"/> and the like, with the rule and the place.</param>
public sealed record Examination(Digest Digest, PictureFacts? Facts, WirephotoException? Fault);

/// <summary>Makes an examiner for an image of this name.</summary>
public delegate ImageExaminer ExaminerFactory(ImageName name);
