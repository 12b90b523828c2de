namespace Wirephoto.Images;

/// <summary>The kinds of image that can be inspected.</summary>
public enum ImageFormat
{
    /// <summary>A JPEG interchange stream (ITU-T T.81).</summary>
    Jpeg,

    /// <summary>A Portable Network Graphics datastream (ISO/IEC 15948).</summary>
    Png,
}
