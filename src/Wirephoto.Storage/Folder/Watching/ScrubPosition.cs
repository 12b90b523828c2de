using System.Text;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder.Watching;

/// <summary>Where the scrub is, as the name of an image in a file of the server's own folder: a large folder takes days, and servers are restarted.</summary>
sealed class ScrubPosition(FolderTree tree) : IDisposable
{
    const string FileName = "scrub", NewName = "scrub.new";

    readonly DiskFolder own = tree.Top.OpenFolder(NameRules.ReservedFolder);

    /// <summary>The name that was read last; empty: begin with the first.</summary>
    public string Read()
    {
        try
        {
            using var file = own.OpenFile(FileName, FileUse.Read);
            var text = new byte[NameRules.MaxBytes];
            return Encoding.UTF8.GetString(text, 0, file.Read(text, 0));
        }
        catch (Exception e) when (DiskErrors.IsDiskError(e))
        {
            return "";
        }
    }

    /// <summary>Notes it. Not flushed: what is lost is read once more.</summary>
    public void Write(string name)
    {
        own.Unlink(NewName);
        using (var file = own.OpenFile(NewName, FileUse.Create)) file.Write(Encoding.UTF8.GetBytes(name), 0);
        own.Rename(NewName, FileName);
    }

    /// <inheritdoc/>
    public void Dispose() => own.Dispose();
}
