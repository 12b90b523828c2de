using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder.Watching;

/// <summary>
/// Compares files with their records while they are served, in small batches, and has read what does not fit. Nothing of a file whose record fits
/// is read, so the server's own images cost a look each.
/// </summary>
sealed class Rescan(FolderTree tree, ImageIndex index, FileRecords records, Hints hints, DiskThreads thread, FolderStoreOptions options)
{
    const int Batch = 256;

    /// <summary>Looks at all files of a folder and below, and then at all records of it whose files may be gone.</summary>
    public async Task RunAsync(FolderName folder, CancellationToken cancel)
    {
        using var files = FolderWalk.Files(tree, folder, options.Types, cancel).GetEnumerator();
        while (await thread.RunAsync("look through the folder", () => Next(files), cancel) is { Count: > 0 } names)
            await LookAsync(names, cancel);
        await LookForGoneAsync(folder, cancel);
    }

    /// <summary>Looks at these files, and reads those that are still and whose records do not fit.</summary>
    public async Task LookAsync(IReadOnlyList<ImageName> names, CancellationToken cancel)
    {
        foreach (var batch in names.Chunk(Batch))
        {
            foreach (var name in await thread.RunAsync("look at images", () => Unfitting(batch), cancel)) await ReadAsync(name, cancel);
        }
    }

    async Task LookForGoneAsync(FolderName folder, CancellationToken cancel)
    {
        // To SQLite any name is less than the byte behind '/'.
        var (last, end) = (folder.Prefix, folder.Prefix.Length == 0 ? null : folder.Text + "0");
        while (await thread.RunAsync("read the index", () => index.Read(reader => reader.All(last, end, Batch)), cancel) is { Count: > 0 } rows)
        {
            last = rows[^1].Name.Text;
            var files = await thread.RunAsync("look at images", () => tree.Stat([.. rows.Select(row => row.Name)]), cancel);
            for (var i = 0; i < files.Length; i++)
            {
                if (files[i] is null) await ReadAsync(rows[i].Name, cancel);
            }
        }
    }

    // A walk is lazy: this is where its blocking happens.
    static List<ImageName> Next(IEnumerator<FoundFile> files)
    {
        var names = new List<ImageName>();
        while (names.Count < Batch && files.MoveNext()) names.Add(files.Current.Name);
        return names;
    }

    // The records before the files: what is published in between is looked at once more, which is the safe side.
    List<ImageName> Unfitting(ImageName[] names)
    {
        var recorded = index.Read(reader => reader.FindContents(names));
        var files = tree.Stat(names);
        var unfitting = new List<ImageName>();
        for (var i = 0; i < names.Length; i++)
        {
            if (!Fits(recorded[i], files[i])) unfitting.Add(names[i]);
        }

        return unfitting;
    }

    // The bytes of a damaged image may be right again under their old date, when somebody has brought them back.
    static bool Fits(RecordedContent? recorded, FileStat? file) =>
        file is { } there ? recorded?.Describes(there) == true && recorded.Value.State != RowState.Damaged : recorded is null;

    async Task ReadAsync(ImageName name, CancellationToken cancel)
    {
        try
        {
            var row = await records.FindAsync(name, thread, cancel);
            if (row?.State == RowState.Damaged) row = await records.VerifyAsync(name, thread, cancel);
            if (row?.State == RowState.Unread) hints.Add(name.Text);
        }
        catch (WirephotoException e)
        {
            options.Log(new StoreEvent(StoreEventKind.ReadFailed, e.Message, name.Text, e));
        }
    }
}
