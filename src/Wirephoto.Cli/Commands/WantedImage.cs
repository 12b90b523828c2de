using System.Runtime.CompilerServices;
using Wirephoto.Client;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Cli.Commands;

/// <summary>An image that get fetches, or why it can't.</summary>
/// <param name="File">What report lines call it.</param>
/// <param name="Name">Its checked name; null: there is none.</param>
/// <param name="Listed">What the listing told of it; null: nothing was listed.</param>
/// <param name="InFolder">Whether it was found in a folder that was asked for as a whole.</param>
/// <param name="Fault">Why it can't be fetched.</param>
/// <param name="Empty">Whether it only says that the server has no images at all.</param>
sealed record WantedImage(string File, ImageName? Name, ImageInfo? Listed, bool InFolder, WirephotoException? Fault = null, bool Empty = false);

/// <summary>Finds the images that the words of a get stand for.</summary>
static class WantedImages
{
    /// <summary>Whether a word stands for a folder: <c>folder/</c>, or <c>/</c>, <c>.</c> and <c>./</c> for everything.</summary>
    public static bool IsFolder(string operand) => operand is "" or "." || operand.EndsWith('/');

    /// <summary>The images in order; folders are listed while they are fetched.</summary>
    public static async IAsyncEnumerable<WantedImage> FindAsync(
        WirephotoClient client, IReadOnlyList<string> operands, ImageTypes types, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var operand in operands)
        {
            if (!IsFolder(operand))
            {
                yield return Asked(operand, types);
                continue;
            }

            await foreach (var image in BelowAsync(client, operand, types, cancel)) yield return image;
        }
    }

    static async IAsyncEnumerable<WantedImage> BelowAsync(
        WirephotoClient client, string operand, ImageTypes types, [EnumeratorCancellation] CancellationToken cancel)
    {
        var folder = operand is "." ? "" : operand.TrimEnd('/');
        var shown = folder.Length == 0 ? "/" : folder + "/";
        await using var entries = client.ListAsync(folder, recursive: true, cancel).GetAsyncEnumerator(cancel);
        for (var any = false; ; any = true)
        {
            WantedImage next;
            try
            {
                if (!await entries.MoveNextAsync())
                {
                    if (any) yield break;
                    next = folder.Length == 0
                        ? new(shown, null, null, true, Empty: true)
                        : new(shown, null, null, true, new WirephotoException(ErrorCode.NotFound, $"there are no images below '{shown}'"));
                }
                else if (entries.Current.Image is { } image)
                {
                    next = Checked(image.Filename, types, image, inFolder: true);
                }
                else
                {
                    continue;
                }
            }
            catch (WirephotoException fault)
            {
                next = new(shown, null, null, true, fault);
            }

            yield return next;
            if (next.Empty || next.File == shown) yield break;
        }
    }

    static WantedImage Asked(string operand, ImageTypes types)
    {
        var image = Checked(operand, types, null, inFolder: false);
        if (image.Fault?.Code != ErrorCode.UnsupportedType || Path.HasExtension(operand)) return image;
        return image with { Fault = new WirephotoException(ErrorCode.UnsupportedType, $"'{operand}' has no extension, so it is no image; if it is a folder, write {operand}/") };
    }

    // A name is checked here whoever gave it: it is about to become a path.
    static WantedImage Checked(string name, ImageTypes types, ImageInfo? listed, bool inFolder) =>
        ImageName.TryParse(name, types, out var valid)
            ? new(name, valid, listed, inFolder)
            : new(name, null, listed, inFolder, ImageName.Fault(name, types));
}
