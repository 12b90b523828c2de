using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Memory;

/// <summary>Pages of a listing, in the plainest way: all entries in order, then those behind the cursor.</summary>
static class MemoryListing
{
    /// <summary>The page after a cursor, from images sorted by name.</summary>
    public static ListPage Page(IEnumerable<StoredImage> images, FolderName folder, bool recursive, string? after, int limit) => ListPage.Of(
        Entries(images, folder.Prefix, recursive).Where(entry => after is null || Utf8Order.Instance.Compare(entry.Name, after) > 0),
        limit);

    static IEnumerable<ListedEntry> Entries(IEnumerable<StoredImage> images, string prefix, bool recursive)
    {
        string? entered = null;
        foreach (var image in images.Where(image => image.Name.Text.StartsWith(prefix, StringComparison.Ordinal)))
        {
            var slash = recursive ? -1 : image.Name.Text.IndexOf('/', prefix.Length);
            if (slash < 0)
            {
                yield return new ListedEntry(image, null);
            }
            else if (image.Name.Text[..(slash + 1)] is var sub && sub != entered)
            {
                yield return new ListedEntry(null, entered = sub);
            }
        }
    }
}
