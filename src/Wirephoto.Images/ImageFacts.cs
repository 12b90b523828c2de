namespace Wirephoto.Images;

/// <summary>What an inspection learned about a whole image.</summary>
/// <param name="Format">The kind of image.</param>
/// <param name="Width">Pixels in a row as stored, before orientation.</param>
/// <param name="Height">Rows as stored, before orientation.</param>
/// <param name="Orientation">The EXIF orientation, 1 to 8; 1 (upright) when the image has none or an illegal one.</param>
public sealed record ImageFacts(ImageFormat Format, int Width, int Height, int Orientation);
