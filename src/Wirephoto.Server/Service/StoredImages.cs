using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Storage;

namespace Wirephoto.Server.Service;

/// <summary>What is said to clients of a stored image.</summary>
static class StoredImages
{
    /// <summary>The image as messages carry it.</summary>
    public static ImageInfo ToInfo(this StoredImage image) => new(
        image.Name.Text, image.Length, image.Digest, image.Facts?.Format, image.Facts?.Width, image.Facts?.Height, image.Modified, image.Stored);

    /// <summary>
    /// The refusal for a name that this image has. It says <c>same</c> when a digest was sent: then a client whose receipt was lost learns
    /// that its image is safe. Only an image that is durable counts as the same.
    /// </summary>
    public static WirephotoException Taken(this StoredImage existing, Digest? sent)
    {
        var same = sent is null ? (bool?)null : existing is { Durable: true, Damaged: false } && existing.Digest == sent;
        var text = same is true ? "this image is stored already under this name"
            : existing.Damaged ? $"'{existing.Name}' exists already, and its stored bytes are damaged"
            : sent is { } theirs && existing.Digest is { } ours && theirs != ours ? $"'{existing.Name}' exists already, with other bytes"
            : $"'{existing.Name}' exists already";
        return new WirephotoException(ErrorCode.Exists, text) { Details = new() { Same = same, Filename = existing.Name.Text } };
    }
}
