using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>What a stopped or crashed server left in <c>.wirephoto/incoming</c>: resumable uploads go on, what was published is let go of, the rest is removed.</summary>
static class Leftovers
{
    /// <summary>Sorts the staging files. Returns the receipts of uploads whose commit got as far as the final name.</summary>
    public static IReadOnlyList<Receipt> TakeIn(StagingArea staging, FolderTree tree, FolderStoreOptions options)
    {
        var receipts = new List<Receipt>();
        var (kept, removed) = (0, 0);
        foreach (var file in staging.Incoming.FileNames().Order(StringComparer.Ordinal))
        {
            // Sidecars are looked at with their upload; those without one go with the rest.
            if (IsSidecarOfAnUpload(staging.Incoming, file)) continue;
            if (UploadToken.TryParse(file, out var token) && Read(staging.Incoming, token, options.Types) is { } upload)
            {
                if (ReceiptOf(upload, staging.Incoming, tree) is not { } receipt)
                {
                    staging.Add(upload);
                    kept++;
                    continue;
                }

                receipts.Add(receipt);
                staging.Incoming.Unlink(file + Sidecar.Ending);
                CrashPoints.Reach(CrashPoint.StartSidecarRemoved);
            }
            else if (UploadToken.TryParse(file, out _))
            {
                staging.Incoming.Unlink(file + Sidecar.Ending);
            }

            staging.Incoming.Unlink(file);
            CrashPoints.Reach(CrashPoint.StartLeftoverRemoved);
            removed++;
        }

        if (kept + removed > 0) options.Log(new StoreEvent(StoreEventKind.LeftoversFound, $"{kept} unfinished uploads can go on, {removed} other leftovers were removed"));
        return receipts;
    }

    static bool IsSidecarOfAnUpload(DiskFolder incoming, string file) =>
        file.EndsWith(Sidecar.Ending, StringComparison.Ordinal)
        && UploadToken.TryParse(file.AsSpan(0, file.Length - Sidecar.Ending.Length), out var token)
        && incoming.Stat(token.ToString()) is { IsFile: true };

    static StagedUpload? Read(DiskFolder incoming, UploadToken token, ImageTypes types)
    {
        if (Sidecar.Read(incoming, token, types) is not { } sidecar) return null;
        if (incoming.Stat(token.ToString()) is not { IsFile: true } file || file.Length > sidecar.Intent.Length) return null;

        // The file's own time may already be the image's date, which can be long ago; the sidecar's can't.
        var touched = file.Modified > sidecar.Touched ? file.Modified : sidecar.Touched;
        return new StagedUpload(token, sidecar.Intent) { Created = true, Offset = file.Length, Touched = touched };
    }

    // The same file under its staging name and its final name: the commit got past link(2), so the image is there.
    static Receipt? ReceiptOf(StagedUpload upload, DiskFolder incoming, FolderTree tree)
    {
        var intent = upload.Intent;
        using var folder = tree.OpenFolder(intent.Name.Folder);
        if (folder is null) return null;
        using var file = incoming.OpenFile(upload.Token.ToString(), FileUse.Read);
        return folder.IsName(intent.Name.FileName, file) ? new Receipt(upload.Token, intent.Owner, intent.Name.Text, intent.Length, intent.Digest, upload.Touched) : null;
    }
}
