using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>What is said of an image: in receipts, in stat and get, and in the lines of a listing. Members that are not known are left out.</summary>
/// <param name="Filename">Its name, as stored. Sent by the other side: not yet a path.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Sha256">The digest of its bytes.</param>
/// <param name="Format">Its format's word, such as <c>jpeg</c>.</param>
/// <param name="Width">Pixels across, as stored.</param>
/// <param name="Height">Pixels down, as stored.</param>
/// <param name="Modified">The file's own date.</param>
/// <param name="Stored">When the server stored it.</param>
public sealed record ImageInfo(
    string Filename, long Length, Digest? Sha256, string? Format, long? Width, long? Height, DateTimeOffset? Modified, DateTimeOffset? Stored)
{
    /// <summary>Reads the members.</summary>
    public static ImageInfo Read(Head head) => new(
        head.Text("filename"), head.Number("length"), head.OptionalDigest("sha256"), head.OptionalText("format", 16),
        head.OptionalNumber("width"), head.OptionalNumber("height"), head.OptionalTime("modified"), head.OptionalTime("stored"));

    /// <summary>Writes the members.</summary>
    public void Write(HeadWriter head)
    {
        head.Text("filename", Filename);
        head.Number("length", Length);
        head.Digest("sha256", Sha256);
        head.Text("format", Format);
        head.Number("width", Width);
        head.Number("height", Height);
        head.Time("modified", Modified);
        head.Time("stored", Stored);
    }
}
