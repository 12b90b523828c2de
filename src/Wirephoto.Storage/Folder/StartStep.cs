using Wirephoto.Protocol.Errors;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>The steps of the start: what the disk refuses is said in one line, together with what can be done about it.</summary>
static class StartStep
{
    /// <summary>What to do about a file system that lacks something.</summary>
    public const string LocalDisk = "Serve a folder on a local disk with a file system such as ext4, XFS, Btrfs, ZFS, APFS or NTFS.";

    /// <summary>Runs one step of the start; a refusal of the disk becomes one line with what to do.</summary>
    /// <param name="doing">What it does, as it goes on after "the disk refused to".</param>
    /// <param name="remedy">What to do where the reason of the refusal says nothing better.</param>
    /// <param name="work">The step.</param>
    public static T Run<T>(string doing, string remedy, Func<T> work)
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

    /// <inheritdoc cref="Run{T}"/>
    public static void Run(string doing, string remedy, Action work) => Run(doing, remedy, () =>
    {
        work();
        return true;
    });

    /// <summary>The refusal of a folder for staging files from which no image can be linked.</summary>
    public static WirephotoException OtherFileSystem(Exception? cause) => new(
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
