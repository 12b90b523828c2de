using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>
/// Tries out, before anything is served, each step that a commit takes on the disk: better no server than one that finds out with the first image.
/// What fails is said in one line, together with what can be done about it.
/// </summary>
static class SelfTest
{
    const string Staged = "self-test", Published = NameRules.ReservedFolder + "-self-test";
    const string Sick = "Look into the system's log (dmesg) for faults of the disk, or serve a folder on another one. ";

    static ReadOnlySpan<byte> Bytes => "wirephoto"u8;

    /// <summary>Goes through the steps; nothing of it is left afterwards.</summary>
    /// <param name="top">The images' folder.</param>
    /// <param name="incoming">The folder of the staging files.</param>
    /// <returns>Whether an image can also be published from a file without a name.</returns>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.StorageFailed"/> or <see cref="ErrorCode.StorageFull"/>: the first step that failed.</exception>
    public static bool Run(DiskFolder top, DiskFolder incoming)
    {
        if (!StartStep.Run("compare the file systems of the images and of .wirephoto/incoming", StartStep.LocalDisk, () => incoming.SharesFileSystem(top))) throw StartStep.OtherFileSystem(null);
        StartStep.Run("remove what an earlier self-test left", Sick, () => Remove(top, incoming));
        try
        {
            Write(incoming);
            Publish(top, incoming);
        }
        finally
        {
            // The failure that is on its way says more than this one would.
            Try(() => Remove(top, incoming));
        }

        StartStep.Run("delete files in the folder of the images", Sick, () => Remove(top, incoming));
        StartStep.Run("tell how many bytes are free", StartStep.LocalDisk, incoming.FreeBytes);
        return CanPublishNameless(top, incoming);
    }

    static void Write(DiskFolder incoming)
    {
        using var file = StartStep.Run("create a file in .wirephoto/incoming", Sick, () => incoming.OpenFile(Staged, FileUse.Create));
        var written = StartStep.Run("write a file in .wirephoto/incoming", Sick, () => TryWrite(file));
        StartStep.Run("set the date of a file in .wirephoto/incoming", StartStep.LocalDisk, () => file.SetModified(DateTimeOffset.UnixEpoch));
        StartStep.Run("flush a file in .wirephoto/incoming to the disk (fsync)", Sick + StartStep.LocalDisk, file.Flush);
        if (!written) return;
        var back = new byte[Bytes.Length];
        var count = StartStep.Run("read a file in .wirephoto/incoming", Sick, () => file.Read(back, 0));
        if (!back.AsSpan(0, count).SequenceEqual(Bytes))
            throw new WirephotoException(ErrorCode.StorageFailed, $"the disk gave back other bytes than were written to a file in .wirephoto/incoming. {Sick}{StartStep.LocalDisk}");
    }

    // A full disk takes no images, but what is there is served, and can be deleted.
    static bool TryWrite(DiskFile file)
    {
        try
        {
            file.Write(Bytes, 0);
            return true;
        }
        catch (IOException e) when (DiskFaults.Of(e) is DiskFault.NoSpace or DiskFault.OverQuota)
        {
            return false;
        }
    }

    static void Publish(DiskFolder top, DiskFolder incoming)
    {
        var linked = StartStep.Run("link a file from .wirephoto/incoming into the folder of the images", "The file system may have no hard links. " + StartStep.LocalDisk, () => incoming.Link(Staged, top, Published));
        CrashPoints.Reach(CrashPoint.StartTriedOut);
        if (!linked) throw new WirephotoException(ErrorCode.StorageFailed, $"'{Published}' in the folder of the images is in the way: remove it.");
        StartStep.Run("flush the folder of the images to the disk (fsync)", Sick + StartStep.LocalDisk, top.Flush);
        StartStep.Run("flush .wirephoto/incoming to the disk (fsync)", Sick + StartStep.LocalDisk, incoming.Flush);
    }

    // No reason not to start: where the system can't, or may not in the container that it is in, a staging name does.
    static bool CanPublishNameless(DiskFolder top, DiskFolder incoming)
    {
        try
        {
            using var file = incoming.CreateNameless();
            return file is not null && top.LinkNameless(file, Published) && top.Unlink(Published);
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            return false;
        }
    }

    static void Remove(DiskFolder top, DiskFolder incoming)
    {
        top.Unlink(Published);
        incoming.Unlink(Staged);
    }

    static void Try(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
        }
    }
}
