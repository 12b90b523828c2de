using Wirephoto.Protocol;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage;

/// <summary>An image as a store knows it.</summary>
/// <param name="Name">Its name as stored.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Digest">SHA-256 of its bytes; null while nobody has read an image that another tool put there.</param>
/// <param name="Facts">Format and dimensions; null while unread, or when its type is accepted by name alone.</param>
/// <param name="Modified">The file's own date.</param>
/// <param name="Stored">When it was stored, or first seen here.</param>
/// <param name="Durable">Whether it is known to survive a loss of power.</param>
/// <param name="Damaged">Whether other bytes than the recorded ones were found in its place; <paramref name="Digest"/> is the recorded one.</param>
public sealed record StoredImage(
    ImageName Name, long Length, Digest? Digest, PictureFacts? Facts, DateTimeOffset Modified, DateTimeOffset Stored, bool Durable,
    bool Damaged = false);

/// <summary>What the header of an image says.</summary>
/// <param name="Format">The format's word, such as <c>jpeg</c>.</param>
/// <param name="Width">Pixels across, as stored.</param>
/// <param name="Height">Pixels down, as stored.</param>
public sealed record PictureFacts(string Format, int Width, int Height);

/// <summary>What a client wants to upload.</summary>
/// <param name="Name">The name it shall get.</param>
/// <param name="Length">Its length in bytes.</param>
/// <param name="Digest">Its digest, if the client knows it beforehand.</param>
/// <param name="Modified">The file's own date; null: the time of the commit.</param>
/// <param name="Owner">Who may go on with it: the name of a user, empty for the anonymous one.</param>
/// <param name="Resumable">Whether what arrived is kept when its connection is lost.</param>
/// <param name="Peer">The machine that it comes from, on whose account the space and the number of its uploads go; empty: nobody's.</param>
public sealed record UploadIntent(ImageName Name, long Length, Digest? Digest, DateTimeOffset? Modified, string Owner, bool Resumable, string Peer = "");

/// <summary>How a commit ended.</summary>
/// <param name="Image">The image that has the name now.</param>
/// <param name="Won">True: it is the one that was committed. False: the name was taken, nothing changed.</param>
public sealed record CommitResult(StoredImage Image, bool Won);

/// <summary>One page of a listing.</summary>
/// <param name="Entries">The entries in order.</param>
/// <param name="Next">Where the next page goes on, or null after the last.</param>
public sealed record ListPage(IReadOnlyList<ListedEntry> Entries, string? Next)
{
    // Names can have a thousand characters, each of up to six bytes on the wire: a page whose names are longer than this on the average has fewer of them.
    const int MostChars = 128 * ProtocolLimits.ListEntries;

    /// <summary>
    /// The page with the first of these entries, at most <paramref name="limit"/>, and not many whatever that is: a page is in memory as a whole. No more entries are
    /// read than it takes to know whether any is left.
    /// </summary>
    public static ListPage Of(IEnumerable<ListedEntry> entries, int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var most = Math.Min(limit, ProtocolLimits.ListEntries);
        var page = new List<ListedEntry>();
        var chars = 0;
        foreach (var entry in entries)
        {
            if (page.Count == most || chars >= MostChars) return new ListPage(page, page[^1].Name);
            page.Add(entry);
            chars += entry.Name.Length;
        }

        return new ListPage(page, null);
    }
}

/// <summary>A line of a listing: an image, or the name of a folder, whole and with its trailing <c>/</c>.</summary>
public readonly record struct ListedEntry(StoredImage? Image, string? Folder)
{
    /// <summary>The whole name, by which entries are sorted.</summary>
    public string Name => Folder ?? Image!.Name.Text;
}

/// <summary>What a sweep removed.</summary>
public readonly record struct SweepResult(int Uploads, long Bytes);

/// <summary>How much is stored and how much fits, in images and bytes.</summary>
public readonly record struct StoreStatus(long Images, long Bytes, long FreeBytes);
