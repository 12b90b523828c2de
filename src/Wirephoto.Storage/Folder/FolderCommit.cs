using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// How staged bytes become an image. Before link(2) nothing shows and everything can fail; link(2) decides, once, who gets the
/// name; after it nothing is cancelled. A crash anywhere leaves the whole image or a staging file.
/// </summary>
sealed class FolderCommit(
    FolderTree tree, StagingArea staging, ImageIndex index, FileRecords records, NameLocks names, DurableFolders durable,
    DiskThreads disk, DiskThreads flushes, TimeProvider clock)
{
    // Each takes microseconds; only a program that removes empty folders without a pause uses up more than two.
    const int Attempts = 100;

    /// <summary>Commits; on success and on defeat the staging is gone when it returns.</summary>
    /// <param name="upload">What is committed.</param>
    /// <param name="examined">What its bytes are.</param>
    /// <param name="claim">Makes the upload this commit's; refuses when it is another handle's by now. It may wait for that handle's piece.</param>
    public async Task<CommitResult> RunAsync(StagedUpload upload, Examination examined, Action claim)
    {
        var name = upload.Intent.Name;
        var now = clock.GetUtcNow();

        // 1. From here on nobody else changes what this name or a twin of it holds.
        using var turn = await names.EnterAsync(name.Key, CancellationToken.None);

        // 2. to 4., in one visit to the disk unless something has the name already, or a twin of it.
        var (file, published, spellings) = await flushes.RunAsync("publish the image", () => Publish(upload, now, claim), CancellationToken.None);
        if (spellings.Count > 0)
        {
            if (await FindAsync(spellings) is { } other) return await LoseAsync(upload, other);
            (file, published) = await flushes.RunAsync("publish the image", () => FlushAndLink(upload, now), CancellationToken.None);
        }

        using var target = published;
        if (target is null) return await LoseAsync(upload, await WinnerAsync(name));
        CrashPoints.Reach(CrashPoint.CommitLinked);

        // 5. The name goes to the medium, and those of new folders on the way.
        await FlushNamesAsync(upload, name, target);
        CrashPoints.Reach(CrashPoint.CommitNamesFlushed);

        // 6. The first name is not needed any more.
        await RemoveStagingAsync(upload);
        CrashPoints.Reach(CrashPoint.CommitStagingRemoved);

        // 7. The record. If the index fails the image is stored all the same: the file is the truth. So nobody waits for it either, except for that of a
        // token, which has to be known before the client is told that it can forget it.
        var row = new IndexRow(name, file.Length, file.ModifiedTicks, examined.Digest, examined.Facts, now, Durable: true, RowState.Image, Fault: null);
        var receipt = upload.Intent.Resumable ? new Receipt(upload.Token, upload.Intent.Owner, name.Text, file.Length, examined.Digest, now) : null;
        var change = new IndexChange.Put(row, receipt);
        if (receipt is null) index.Post(change);
        else await index.WriteAsync(change);
        CrashPoints.Reach(CrashPoint.CommitRecorded);
        return new CommitResult(row.ToImage(), Won: true);
    }

    (FileStat File, TargetFolder? Target, IReadOnlyList<ImageName> Spellings) Publish(StagedUpload upload, DateTimeOffset now, Action claim)
    {
        claim();

        // 2. What is on record takes the name, once somebody has looked whether it is an ordinary file; a record without one is removed before another
        // image gets its name, and maybe its length and date as well.
        if (records.Spellings(upload.Intent.Name) is { Count: > 0 } spellings) return (default, null, spellings);
        var (file, target) = FlushAndLink(upload, now);
        return (file, target, []);
    }

    (FileStat File, TargetFolder? Target) FlushAndLink(StagedUpload upload, DateTimeOffset now)
    {
        // 3. The file's own date and its bytes go to the medium. The date comes first, so that the flush covers it.
        var file = FlushFile(upload, upload.Intent.Modified ?? now);

        // 4. The final name: link(2) fails when it is taken, whoever took it.
        return (file, Link(upload, upload.Intent.Name));
    }

    FileStat FlushFile(StagedUpload upload, DateTimeOffset modified)
    {
        try
        {
            var file = upload.File!;
            file.SetModified(modified);
            CrashPoints.Reach(CrashPoint.CommitDated);
            file.Flush();
            CrashPoints.Reach(CrashPoint.CommitFileFlushed);
            // Read back: the file system may keep times more coarsely than we gave it.
            return file.Stat();
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            // After a failed flush nobody knows which bytes are on the medium, and a second flush would lie: drop them.
            staging.Remove(upload);
            throw DiskErrors.Translate(e, "flush the image");
        }
    }

    async Task<StoredImage?> FindAsync(IReadOnlyList<ImageName> spellings)
    {
        foreach (var spelling in spellings)
        {
            if (await records.FindLockedAsync(spelling, disk, CancellationToken.None) is { } row) return row.ToImage();
        }

        return null;
    }

    // Null: the name is taken.
    TargetFolder? Link(StagedUpload upload, ImageName name)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return TryLink(upload, name);
            }
            catch (IOException e) when (DiskFaults.Of(e) == DiskFault.Missing && attempt < Attempts)
            {
                // Another program removed the empty folder between the two calls: once more.
            }
            catch (IOException e) when (DiskFaults.Of(e) == DiskFault.OtherFileSystem)
            {
                throw new WirephotoException(ErrorCode.StorageFailed, $"the folder '{name.Folder}' is on another file system: images can't be published there", e);
            }
        }
    }

    TargetFolder? TryLink(StagedUpload upload, ImageName name)
    {
        var target = tree.CreateTarget(name.Folder, durable.IsKnown);
        var published = false;
        try
        {
            published = staging.Publish(upload, target.Folder, name.FileName);
            return published ? target : null;
        }
        finally
        {
            if (!published) target.Dispose();
        }
    }

    async Task<StoredImage> WinnerAsync(ImageName name) =>
        await records.FindLockedAsync(name, disk, CancellationToken.None) is { } row
            ? row.ToImage()
            : throw FolderTree.Unordinary(name);

    async Task FlushNamesAsync(StagedUpload upload, ImageName name, TargetFolder target)
    {
        try
        {
            await durable.FlushAsync(target);
        }
        catch (WirephotoException)
        {
            // It may or may not survive, so it is not stored. Nobody else changes this name while we hold its lock, but another
            // program might: only our own file is taken back.
            await disk.RunAsync("take the image back", () =>
            {
                if (target.Folder.IsName(name.FileName, upload.File!)) target.Folder.Unlink(name.FileName);
            }, CancellationToken.None);
            await RemoveStagingAsync(upload);
            throw;
        }
    }

    async Task<CommitResult> LoseAsync(StagedUpload upload, StoredImage winner)
    {
        CrashPoints.Reach(CrashPoint.CommitLost);

        // On the disk whether it has a name or not: its bytes are freed now.
        await disk.RunAsync("remove the staging file", () => staging.Remove(upload), CancellationToken.None);
        return new CommitResult(winner, Won: false);
    }

    async Task RemoveStagingAsync(StagedUpload upload)
    {
        if (upload.Created) await disk.RunAsync("remove the staging file", () => staging.Remove(upload), CancellationToken.None);
        // A file whose only name is the final one: there is nothing to do on the disk.
        else staging.Remove(upload);
    }
}
