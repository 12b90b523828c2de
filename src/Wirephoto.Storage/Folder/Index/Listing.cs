using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>
/// A listing from the sorted names. A flat one meets each sub-folder at its first image, names it, and goes on right behind its
/// last, so that the cost depends on the entries that are taken and not on what the folders hold.
/// </summary>
static class Listing
{
    // What follows '/' in the order of bytes: "iceland0" is the end of everything in "iceland/".
    const char BehindSlash = '0';

    /// <summary>The entries after a cursor, which is the name of the last entry of the page before. They are read from the index one by one, as they are taken.</summary>
    /// <param name="index">The names.</param>
    /// <param name="folder">Where to look.</param>
    /// <param name="recursive">Whether all images below it are listed, and no folders.</param>
    /// <param name="after">The cursor; null: from the start.</param>
    /// <param name="gone">Names that the index still has, but the folder has not; null: none.</param>
    public static IEnumerable<ListedEntry> Read(IndexReader index, FolderName folder, bool recursive, string? after, IReadOnlySet<string>? gone = null)
    {
        var prefix = folder.Prefix;
        var end = prefix.Length == 0 ? null : Behind(prefix);
        var (start, inclusive) = Start(prefix, after);
        while (true)
        {
            string? entered = null;
            foreach (var row in index.Range(start, inclusive, end))
            {
                var name = row.Name.Text;
                if (gone?.Contains(name) == true) continue;
                var slash = recursive ? -1 : name.IndexOf('/', prefix.Length);
                if (slash >= 0)
                {
                    entered = name[..(slash + 1)];
                    break;
                }

                yield return new ListedEntry(row.ToImage(), null);
            }

            if (entered is null) yield break;
            yield return new ListedEntry(null, entered);
            (start, inclusive) = (Behind(entered), true);
        }
    }

    static (string Start, bool Inclusive) Start(string prefix, string? after)
    {
        if (after is null || Utf8Order.Instance.Compare(after, prefix) < 0) return (prefix, true);
        return after.EndsWith('/') && after.Length > prefix.Length ? (Behind(after), true) : (after, false);
    }

    static string Behind(string folder) => string.Concat(folder.AsSpan(0, folder.Length - 1), [BehindSlash]);
}
