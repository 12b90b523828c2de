using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder.Checking;

/// <summary>Checks one file after the other against its record, and counts.</summary>
sealed class FileCheck(FolderTree tree, IndexReader? index, FolderStoreOptions options, DiskThreads thread)
{
    readonly (long Images, long Bytes) all = index?.Totals() ?? default;
    long files, bytes;

    /// <summary>What was read so far.</summary>
    public CheckProgress Progress => new(Interlocked.Read(ref files), Interlocked.Read(ref bytes), all.Images, all.Bytes);

    /// <summary>What is wrong with this image; null: nothing, or it is not there and no image is recorded.</summary>
    public Task<Finding?> CheckAsync(ImageName name, CancellationToken cancel) => CheckAsync(name, doubt: null, cancel);

    /// <summary>What is wrong with an image that something seemed to be wrong with before.</summary>
    public Task<Finding?> CheckAgainAsync(Finding doubt, CancellationToken cancel) => CheckAsync(ImageName.Parse(doubt.Name, options.Types), doubt, cancel);

    async Task<Finding?> CheckAsync(ImageName name, Finding? doubt, CancellationToken cancel)
    {
        try
        {
            var (row, file, stat) = await thread.RunAsync("open an image", () => Open(name), cancel);
            using (file)
            {
                if (file is null) return row?.Known is { } lost ? new Finding(FindingKind.Missing, name.Text, "it is recorded, and there is no such file", row.Length, lost, null) : null;
                if (doubt is null) Interlocked.Increment(ref files);

                // Still not recorded, and nothing recorded to compare with: its bytes need not be read twice.
                else if (row is null && doubt is { Recorded: null, Found: not null } && doubt.Length == stat.Length) return doubt;
                return Judge(name, row, stat, await ReadAsync(name, file, stat.Length, doubt is not null, cancel));
            }
        }
        catch (WirephotoException e) when (e.Code == ErrorCode.StorageFailed)
        {
            return new Finding(FindingKind.Unreadable, name.Text, e.Message, 0, null, null);
        }
    }

    (IndexRow? Row, DiskFile? File, FileStat Stat) Open(ImageName name)
    {
        // The record first: what is stored between the two looks is then unrecorded, and looked at again.
        var row = index?.Find(name);
        return (row, tree.Open(name, out var stat), stat);
    }

    async Task<Examination?> ReadAsync(ImageName name, DiskFile file, long length, bool again, CancellationToken cancel)
    {
        using var examiner = options.NewExaminer(name);

        // What memory still holds says nothing about the medium, and what is read here must not push out what a server needs.
        file.ForgetCached();
        var examined = await FileExamination.RunAsync(file, length, examiner, thread, again ? null : Count, cancel);
        file.ForgetCached();
        return examined;
    }

    ValueTask Count(int count)
    {
        Interlocked.Add(ref bytes, count);
        return ValueTask.CompletedTask;
    }

    static Finding? Judge(ImageName name, IndexRow? row, FileStat file, Examination? examined)
    {
        if (examined is null) return new Finding(FindingKind.Changed, name.Text, "another program is writing it: check again when it is still", file.Length, row?.Known, null);
        return Verdicts.Of(row, file, examined) switch
        {
            Verdict.Same => null,
            Verdict.New => Found(FindingKind.Unindexed, row is null ? "an image that is not recorded" : "an image that no server has read yet"),
            Verdict.Changed => Found(FindingKind.Changed, $"another program put another image there: sha256 was {row!.Digest}, is {examined.Digest}"),
            Verdict.Damaged => Found(FindingKind.Damaged, Reading.Fault(row!, file, examined)),
            _ => Found(FindingKind.NotAnImage, examined.Fault!.Message),
        };

        Finding Found(FindingKind kind, string message) => new(kind, name.Text, message, file.Length, row?.Known, examined.Digest);
    }
}
