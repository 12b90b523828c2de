using Wirephoto.Protocol.Messages;

namespace Wirephoto.Cli.Reports;

/// <summary>What is known of an image, in words for the end of a report line.</summary>
static class Facts
{
    /// <summary>"1.2 MB, 640x480 jpeg, sha256 0123456789abcdef…".</summary>
    public static string Of(ImageInfo image) => string.Join(", ", Parts(image, whole: false));

    /// <summary>The same with the whole digest and the dates.</summary>
    public static string AllOf(ImageInfo image) => string.Join(", ", Parts(image, whole: true));

    static IEnumerable<string> Parts(ImageInfo image, bool whole)
    {
        yield return Human.Size(image.Length);
        if (image is { Width: { } width, Height: { } height }) yield return $"{width}x{height} {image.Format}".TrimEnd();
        if (image.Sha256 is { } digest) yield return "sha256 " + (whole ? digest.ToString() : digest.ToString()[..16] + "…");
        if (whole && image.Modified is { } modified) yield return "modified " + Human.Date(modified);
        if (whole && image.Stored is { } stored) yield return "stored " + Human.Date(stored);
    }
}
