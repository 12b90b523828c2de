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
    /// <summary>What to do about a file system that lacks something.</summary>
    public const string LocalDisk = "Serve a folder on a local disk with a file system such as ext4, XFS, Btrfs, ZFS, APFS or NTFS.";
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
        if (!Step("compare the file systems of the images and of .wirephoto/incoming", LocalDisk, () => incoming.SharesFileSystem(top))) throw OtherFileSystem(null);
        Step("remove what an earlier self-test left", Sick, () => Remove(top, incoming));
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

        Step("delete files in the folder of the images", Sick, () => Remove(top, incoming));
        Step("tell how many bytes are free", LocalDisk, incoming.FreeBytes);
        return CanPublishNameless(top, incoming);
    }

    static void Write(DiskFolder incoming)
    {
        using var file = Step("create a file in .wirephoto/incoming", Sick, () => incoming.OpenFile(Staged, FileUse.Create));
        var written = Step("write a file in .wirephoto/incoming", Sick, () => TryWrite(file));
        Step("set the date of a file in .wirephoto/incoming", LocalDisk, () => file.SetModified(DateTimeOffset.UnixEpoch));
        Step("flush a file in .wirephoto/incoming to the disk (fsync)", Sick + LocalDisk, file.Flush);
        if (!written) return;
        var back = new byte[Bytes.Length];
        var count = Step("read a file in .wirephoto/incoming", Sick, () => file.Read(back, 0));
        if (!back.AsSpan(0, count).SequenceEqual(Bytes))
            throw new WirephotoException(ErrorCode.StorageFailed, $"the disk gave back other bytes than were written to a file in .wirephoto/incoming. {Sick}{LocalDisk}");
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
        var linked = Step("link a file from .wirephoto/incoming into the folder of the images", "The file system may have no hard links. " + LocalDisk, () => incoming.Link(Staged, top, Published));
        CrashPoints.Reach(CrashPoint.StartTriedOut);
        if (!linked) throw new WirephotoException(ErrorCode.StorageFailed, $"'{Published}' in the folder of the images is in the way: remove it.");
        Step("flush the folder of the images to the disk (fsync)", Sick + LocalDisk, top.Flush);
        Step("flush .wirephoto/incoming to the disk (fsync)", Sick + LocalDisk, incoming.Flush);
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

    static void Step(string doing, string remedy, Action work) => Step(doing, remedy, () =>
    {
        work();
        return true;
    });

    /// <summary>Runs one step of the start; a refusal of the disk becomes one line with what to do.</summary>
    /// <param name="doing">What it does, as it goes on after "the disk refused to".</param>
    /// <param name="remedy">What to do where the reason of the refusal says nothing better.</param>
    /// <param name="work">The step.</param>
    public static T Step<T>(string doing, string remedy, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            if (DiskFaults.Of(e) == DiskFault.OtherFileSystem) throw OtherFileSystem(e);
            var failure = DiskErrors.Translate(e, doing);
            throw new WirephotoException(failure.Code, $"{failure.Message}. {Remedy(DiskFaults.Of(e), remedy)}".TrimEnd(), e);
        }
    }

    static WirephotoException OtherFileSystem(Exception? cause) => new(
        ErrorCode.StorageFailed,
        "'.wirephoto' is on another file system than the images, or mounted by itself: it must be an ordinary folder beside them, so that an image can be published in one step. Unmount it.",
        cause);

    static string Remedy(DiskFault fault, string other) => fault switch
    {
        DiskFault.Denied => "Give the user that runs the server the right to write there (chown or chmod), or serve another folder. " + other,
        DiskFault.ReadOnly => "The file system is mounted read-only: mount it for writing, or serve another folder.",
        DiskFault.NoSpace or DiskFault.OverQuota => "Free some space there.",
        DiskFault.NotAFolder or DiskFault.Link => "Remove the file or link that is in its place.",
        _ => other,
    };
}
