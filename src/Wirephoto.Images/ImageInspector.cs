using Wirephoto.Images.Jpeg;
using Wirephoto.Images.Png;

namespace Wirephoto.Images;

/// <summary>
/// Checks, while the bytes arrive and in constant memory, that they are one whole image; the verdict does not depend on how they are cut.
/// </summary>
public abstract class ImageInspector
{
    // Enough to name what a file really is; no verdict is given before these have arrived or the bytes have ended.
    private const int HeadLength = 32;

    private readonly FieldBuffer head = new(HeadLength);
    private readonly ImageFormat format;
    private readonly long maxPixels;
    private bool completed;
    private ImageFacts? facts;

    private protected ImageInspector(ImageFormat format, long maxPixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxPixels);
        (this.format, this.maxPixels) = (format, maxPixels);
        head.Expect(HeadLength);
    }

    /// <summary>An inspector for one image that must be of the expected format and declare at most <paramref name="maxPixels"/> pixels.</summary>
    public static ImageInspector Create(ImageFormat expected, long maxPixels) => expected switch
    {
        ImageFormat.Jpeg => new JpegInspector(maxPixels),
        ImageFormat.Png => new PngInspector(maxPixels),
        _ => throw new ArgumentOutOfRangeException(nameof(expected), expected, "This is not a known image format."),
    };

    /// <summary>Why the bytes were refused; the first fault is final.</summary>
    public InspectionFault? Fault { get; private set; }

    /// <summary>Inspects the next bytes; false once there is a fault, and then further bytes are ignored.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Complete"/> was called before.</exception>
    public bool Append(ReadOnlySpan<byte> bytes)
    {
        if (completed)
            throw new InvalidOperationException("The inspection is complete: use a new inspector for other bytes.");
        if (!head.IsFull)
        {
            bytes = bytes[head.Take(bytes)..];
            if (!head.IsFull)
                return true;
            ReadHead();
        }
        Read(bytes);
        return Fault is null;
    }

    /// <summary>Says that there are no more bytes: returns the facts of a whole image, or null with <see cref="Fault"/> set.</summary>
    public ImageFacts? Complete()
    {
        if (completed)
            return facts;
        completed = true;
        if (!head.IsFull)
            ReadHead();
        return facts = Fault is null ? End() : null;
    }

    /// <summary>The bytes that every image of this format starts with.</summary>
    private protected abstract ReadOnlySpan<byte> Signature { get; }

    /// <summary>The offset, from the start of the image, of the first byte given to <see cref="Step"/>.</summary>
    private protected long Offset { get; private set; }

    /// <summary>Does one step of the syntax on at least one byte, and returns how many bytes (one or more) it used.</summary>
    private protected abstract int Step(ReadOnlySpan<byte> bytes);

    /// <summary>Gives the facts when the syntax is at its end, else refuses with the place where the bytes stop.</summary>
    private protected abstract ImageFacts? End();

    private protected void Refuse(string what, long offset) =>
        Fault ??= new InspectionFault(InspectionRule.NotAnImage, $"{what} at byte {offset}");

    private protected void CheckPixels(long width, long height, long offset)
    {
        if (width * height > maxPixels)
            Fault ??= new InspectionFault(InspectionRule.TooManyPixels, $"declared pixels {width} x {height} exceed the limit of {maxPixels} at byte {offset}");
    }

    private void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && Fault is null)
        {
            var used = Step(bytes);
            Offset += used;
            bytes = bytes[used..];
        }
    }

    private void ReadHead()
    {
        var start = head.Bytes;
        if (start.StartsWith(Signature))
        {
            Offset = Signature.Length;
            Read(start[Signature.Length..]);
        }
        else
        {
            RefuseHead(start);
        }
    }

    private void RefuseHead(ReadOnlySpan<byte> start)
    {
        var title = format.Title();
        if (start.IsEmpty)
            Refuse("empty: there is no image, the file ends", 0);
        else if (Signature.StartsWith(start))
            Refuse($"{title} ends inside its signature", start.Length);
        else if (ImageFormats.Sniff(start) is { } other)
            Fault = new(InspectionRule.NotAnImage, $"this is a {other.Title()}, not a {title}: name it {other.UsualExtension()}");
        else if (DamagedSignature(start) is { } damage)
            Refuse($"{title} signature is damaged{damage.Cause}: {Signature[damage.At]:X2} expected, {start[damage.At]:X2} found", damage.At);
        else if (ForeignContent.Name(start) is { } name)
            Fault = new(InspectionRule.NotAnImage, $"this is {name} from byte 0 on, not a {title}");
        else
            Refuse($"not a {title}: {Convert.ToHexString(Signature)} expected, {Convert.ToHexString(start[..Math.Min(start.Length, Signature.Length)])} found", 0);
    }

    // Most of a long signature is there: damage on the way, not another kind of file.
    private (int At, string Cause)? DamagedSignature(ReadOnlySpan<byte> start)
    {
        if (start.Length < Signature.Length || Signature.Length < 8)
            return null;
        var (equal, first) = (0, -1);
        for (var i = 0; i < Signature.Length; i++)
        {
            if (start[i] == Signature[i])
                equal++;
            else if (first < 0)
                first = i;
        }
        if (equal < 5)
            return null;
        return (first, start[first] is (byte)'\r' or (byte)'\n' ? " (line ends were converted: transfer it as binary)" : "");
    }
}
