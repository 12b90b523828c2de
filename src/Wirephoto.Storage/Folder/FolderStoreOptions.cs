using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder;

/// <summary>What a <see cref="FolderStore"/> is opened with.</summary>
public sealed record FolderStoreOptions
{
    /// <summary>The path of the folder that holds the images; it must exist.</summary>
    public required string Folder { get; init; }

    /// <summary>Which files are images by their name.</summary>
    public ImageTypes Types { get; init; } = ImageTypes.Default;

    /// <summary>Reads images that other programs put there.</summary>
    public required ExaminerFactory NewExaminer { get; init; }

    /// <summary>The time.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Threads for flushes, and as many for all other work that blocks on the disk. 8 keep a fast disk busy with small files: most of their time is waiting for flushes.</summary>
    public int Threads { get; init; } = 8;

    /// <summary>Unfinished uploads at most; each costs about a kilobyte of memory and two files.</summary>
    public int MaxUploads { get; init; } = 10_000;

    /// <summary>How long a file that another program writes must have been still before it is read: longer than any pause of a copy, shorter than a person's patience.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether the system is asked for hints when other programs change something.</summary>
    public bool Watch { get; init; } = true;

    /// <summary>How often the whole folder is compared with the index while it is served; null: only when hints were lost.</summary>
    public TimeSpan? Rescan { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes per second that are read to find damage while serving; null: none.</summary>
    public long? ScrubRate { get; init; }

    /// <summary>Unfinished uploads of one <see cref="UploadIntent.Peer"/> at most, so that no machine takes all of them.</summary>
    public int MaxUploadsOfPeer { get; init; } = 1000;

    /// <summary>Bytes that stay free on the medium whatever is uploaded; null: a hundredth of it, 1 GiB at most.</summary>
    public long? Reserve { get; init; }

    /// <summary>The reserve on a medium of this size.</summary>
    internal long KeptBytes(long mediumBytes) => Reserve ?? Math.Min(1L << 30, mediumBytes / 100);

    /// <summary>Opens the folder on the machine's disk.</summary>
    internal Func<string, DiskFolder> OpenDisk { get; init; } = DiskFolder.Open;

    /// <summary>Is told what happens; must return quickly and not throw.</summary>
    public Action<StoreEvent> Log { get; init; } = static _ => { };

    /// <summary>How long to wait until a file of this date counts as still; zero: it does. A date in the future is a clock's fault, and as good as one in the past.</summary>
    internal TimeSpan Unsettled(DateTimeOffset modified)
    {
        var age = (Clock.GetUtcNow() - modified).Duration();
        return age < Settle ? Settle - age : TimeSpan.Zero;
    }
}
