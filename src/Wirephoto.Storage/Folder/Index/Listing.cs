using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>
/// Pages of a listing from the sorted names. A flat page meets each sub-folder at its first image, names it, and goes on right behind its
/// last, so that the cost depends on the entries of the page and not on what the folders hold.
/// </summary>
static class Listing
{
    // What follows '/' in the order of bytes: "iceland0" is the end of everything in "iceland/".
    const char BehindSlash = '0';

    // A page is a list in memory: who asks for more gets more pages.
    const int MostEntries = 10_000;

    /// <summary>Reads the page after a cursor, which is the name of the last entry of the page before.</summary>
    /// <param name="index">The names.</param>
    /// <param name="folder">Where to look.</param>
    /// <param name="recursive">Whether all images below it are listed, and no folders.</param>
    /// <param name="after">The cursor; null: from the start.</param>
    /// <param name="limit">Entries in the page at most.</param>
    /// <param name="gone">Names that the index still has, but the folder has not; null: none.</param>
    public static ListPage Read(IndexReader index, FolderName folder, bool recursive, string? after, int limit, IReadOnlySet<string>? gone = null)
    {
        limit = Math.Min(limit, MostEntries);
        var prefix = folder.Prefix;
        var end = prefix.Length == 0 ? null : Behind(prefix);
        var (start, inclusive) = Start(prefix, after);
        var entries = new List<ListedEntry>(Math.Min(limit + 1, 1024));

        // One entry more than asked for tells whether there is a next page.
        while (entries.Count <= limit)
        {
            string? entered = null;
            var passed = start;
            foreach (var row in index.Range(start, inclusive, end, limit + 1 - entries.Count))
            {
                var name = passed = row.Name.Text;
                if (gone?.Contains(name) == true) continue;
                var slash = recursive ? -1 : name.IndexOf('/', prefix.Length);
                if (slash >= 0)
                {
                    entered = name[..(slash + 1)];
                    break;
                }

                entries.Add(new ListedEntry(row.ToImage(), null));
            }

            if (entered is not null)
            {
                entries.Add(new ListedEntry(null, entered));
                (start, inclusive) = (Behind(entered), true);
                continue;
            }

            // Only names that are gone can leave room before the end.
            if (gone is null || passed == start) break;
            (start, inclusive) = (passed, false);
        }

        if (entries.Count <= limit) return new ListPage(entries, null);
        entries.RemoveAt(limit);
        return new ListPage(entries, entries[^1].Folder ?? entries[^1].Image!.Name.Text);
    }

    static (string Start, bool Inclusive) Start(string prefix, string? after)
    {
        if (after is null || Utf8Order.Instance.Compare(after, prefix) < 0) return (prefix, true);
        return after.EndsWith('/') && after.Length > prefix.Length ? (Behind(after), true) : (after, false);
    }

    static string Behind(string folder) => string.Concat(folder.AsSpan(0, folder.Length - 1), [BehindSlash]);
}
