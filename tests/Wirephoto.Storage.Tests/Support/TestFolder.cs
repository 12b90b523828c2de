using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Disk.Portable;
using Wirephoto.Storage.Folder;

namespace Wirephoto.Storage.Tests.Support;

/// <summary>A temporary folder of images, with what its stores reported.</summary>
sealed class TestFolder(DiskKind kind = DiskKind.Native) : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("wirephoto-storage-").FullName;

    public List<StoreEvent> Events { get; } = [];

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public string Incoming => File(".wirephoto/incoming");

    public DiskFolder OpenDisk(string path) => kind == DiskKind.Portable ? new PortableFolder(path) : DiskFolder.Open(path);

    public FolderStoreOptions Options(TimeProvider clock, string? folder = null) => new()
    {
        Folder = folder ?? Path,
        NewExaminer = _ => new TestExaminer(),
        OpenDisk = OpenDisk,
        Clock = clock,
        Settle = TimeSpan.Zero,
        Watch = false,
        Rescan = null,
        Log = happened =>
        {
            lock (Events) Events.Add(happened);
        },
    };

    public Task<FolderStore> OpenAsync(TimeProvider? clock = null) => FolderStore.OpenAsync(Options(clock ?? TimeProvider.System), TestContext.Current.CancellationToken);

    public void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllBytes(File(name), bytes);
    }

    public bool Happened(StoreEventKind kind)
    {
        lock (Events) return Events.Exists(happened => happened.Kind == kind);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
