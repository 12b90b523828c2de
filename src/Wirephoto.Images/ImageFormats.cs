namespace Wirephoto.Images;

/// <summary>Tells image formats by extension and by their first bytes.</summary>
public static class ImageFormats
{
    /// <summary>The format that an extension without its dot stands for, in any letter case; null when it is not an image's.</summary>
    public static ImageFormat? ByExtension(string extension) => extension.ToLowerInvariant() switch
    {
        "jpg" or "jpeg" => ImageFormat.Jpeg,
        "png" => ImageFormat.Png,
        _ => null,
    };

    /// <summary>The format's name in lower case, as it is written in listings and receipts.</summary>
    public static string Word(this ImageFormat f) => f switch
    {
        ImageFormat.Jpeg => "jpeg",
        ImageFormat.Png => "png",
        _ => throw new ArgumentOutOfRangeException(nameof(f), f, "This is not a known image format."),
    };

    /// <summary>The format that the first bytes (8 are enough) belong to; null when they start neither.</summary>
    public static ImageFormat? Sniff(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return ImageFormat.Jpeg;
        return head.StartsWith(Png.PngInspector.Magic) ? ImageFormat.Png : null;
    }

    internal static string Title(this ImageFormat f) => f.Word().ToUpperInvariant();

    internal static string UsualExtension(this ImageFormat f) => f == ImageFormat.Jpeg ? ".jpg" : ".png";
}
