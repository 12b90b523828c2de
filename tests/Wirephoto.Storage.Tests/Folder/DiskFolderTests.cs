using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class NativeDiskFolderTests() : DiskFolderTests(DiskKind.Native);

public sealed class PortableDiskFolderTests() : DiskFolderTests(DiskKind.Portable)
{
    [Fact]
    public void A_name_counts_only_in_its_exact_spelling()
    {
        Place.Write("cat.jpg", [1]);
        Directory.CreateDirectory(Place.File("trip"));
        Assert.True(Folder.IsSpelled("cat.jpg"));
        Assert.True(Folder.IsSpelled("trip"));
        Assert.False(Folder.IsSpelled("CAT.jpg"));
        Assert.False(Folder.IsSpelled("cat.jp"));
    }

    [Theory]
    [InlineData("/etc/passwd")]
    [InlineData("a/b")]
    public void A_name_that_the_system_takes_for_a_path_is_refused(string name) =>
        Assert.Throws<Protocol.Errors.WirephotoException>(() => Folder.Stat(name));
}

/// <summary>What both ways to a disk promise.</summary>
public abstract class DiskFolderTests : IDisposable
{
    protected DiskFolderTests(DiskKind kind)
    {
        Place = new TestFolder(kind);
        Folder = Place.OpenDisk(Place.Path);
    }

    private protected TestFolder Place { get; }

    private protected DiskFolder Folder { get; }

    public void Dispose()
    {
        Folder.Dispose();
        Place.Dispose();
    }

    [Fact]
    public void A_file_is_known_by_each_of_its_names_and_by_no_other()
    {
        using var file = Folder.OpenFile("one", FileUse.Create);
        file.Write(Noise(300_000), 0);
        Assert.True(Folder.Link("one", Folder, "two"));
        Place.Write("other", Noise(300_000, seed: 2));
        File.SetLastWriteTimeUtc(Place.File("other"), file.Stat().Modified.UtcDateTime);
        Place.Write("shorter", Noise(299_999));
        Assert.Equal((true, true, false, false, false), (Folder.IsName("one", file), Folder.IsName("two", file), Folder.IsName("other", file), Folder.IsName("shorter", file), Folder.IsName("none", file)));
    }

    [Fact]
    public void A_link_takes_no_name_that_is_taken_and_changes_nothing_there()
    {
        using (var file = Folder.OpenFile("one", FileUse.Create)) file.Write(Bytes("one"), 0);
        Place.Write("file", Bytes("file"));
        Directory.CreateDirectory(Place.File("folder"));
        File.CreateSymbolicLink(Place.File("dangling"), Place.File("none"));
        foreach (var taken in new[] { "file", "folder", "dangling", "one" }) Assert.False(Folder.Link("one", Folder, taken));
        Assert.Equal(Bytes("file"), File.ReadAllBytes(Place.File("file")));
        Assert.Equal(["dangling", "file", "folder", "one"], Directory.GetFileSystemEntries(Place.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(DiskFault.Missing, FaultOf(() => Folder.Link("none", Folder, "new")));
    }

    [Fact]
    public async Task Each_kind_of_thing_is_told_apart_and_only_files_are_opened()
    {
        Place.Write("file", [1]);
        Place.Write("empty", []);
        Directory.CreateDirectory(Place.File("folder"));
        File.CreateSymbolicLink(Place.File("link"), Place.File("file"));
        Directory.CreateSymbolicLink(Place.File("way"), Place.File("folder"));
        Assert.Equal(0, await Shell.RunAsync("mkfifo", Place.File("pipe")));
        FileKind?[] kinds = [.. new[] { "file", "empty", "folder", "link", "way", "pipe", "none" }.Select(name => Folder.Stat(name)?.Kind)];
        Assert.Equal([FileKind.File, FileKind.File, FileKind.Folder, FileKind.Link, FileKind.Link, FileKind.Special, null], kinds);

        Folder.OpenFile("empty", FileUse.Write).Dispose();
        Folder.OpenFolder("folder").Dispose();
        Assert.Equal(DiskFault.Link, FaultOf(() => Folder.OpenFile("link", FileUse.Read)));
        Assert.Equal(DiskFault.Missing, FaultOf(() => Folder.OpenFile("none", FileUse.Write)));
        Assert.Equal(DiskFault.Exists, FaultOf(() => Folder.OpenFile("file", FileUse.Create)));
        Assert.Equal(DiskFault.Exists, FaultOf(() => Folder.OpenFile("link", FileUse.Create)));
        Assert.Equal(DiskFault.NotAFolder, FaultOf(() => Folder.OpenFolder("file")));
        Assert.Equal(DiskFault.Missing, FaultOf(() => Folder.OpenFolder("none")));
        Assert.NotNull(FaultOf(() => Folder.OpenFolder("way")));
    }

    [Theory]
    [InlineData("1969-12-31T23:59:59.9999999Z")]
    [InlineData("1950-01-02T03:04:05.0000001Z")]
    [InlineData("2024-05-06T07:08:09.1234567Z")]
    [InlineData("2106-02-07T06:28:16Z")]
    public void A_file_gets_its_date_to_the_tick_and_keeps_that_of_its_use(string text)
    {
        var date = DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
        using var file = Folder.OpenFile("file", FileUse.Create);
        var used = new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);
        File.SetLastAccessTimeUtc(Place.File("file"), used);

        file.SetModified(date);

        Assert.Equal(date.UtcTicks, file.Stat().ModifiedTicks);
        Assert.Equal(used, File.GetLastAccessTimeUtc(Place.File("file")));
    }

    [Fact]
    public void Names_are_removed_renamed_and_made()
    {
        Place.Write("file", Bytes("file"));
        Place.Write("other", Bytes("other"));
        Folder.Rename("file", "other");
        Assert.Equal(Bytes("file"), File.ReadAllBytes(Place.File("other")));
        Assert.True(Folder.Unlink("other"));
        Assert.False(Folder.Unlink("other"));
        Folder.MakeFolder("folder");
        Assert.True(Directory.Exists(Place.File("folder")));
        Assert.Empty(Folder.FileNames());
    }

    [Fact]
    public void A_folder_that_is_gone_takes_no_names_and_its_flush_does_no_harm()
    {
        Directory.CreateDirectory(Place.File("a/b"));
        using var a = Folder.OpenFolder("a");
        using var b = a.OpenFolder("b");
        Directory.Delete(Place.File("a"), recursive: true);
        Assert.Equal(DiskFault.Missing, FaultOf(() => b.MakeFolder("c")));
        Assert.Equal(DiskFault.Missing, FaultOf(() => b.OpenFile("file", FileUse.Create)));
        b.Flush();
        Assert.False(Directory.Exists(Place.File("a")));
    }

    [Fact]
    public void A_lock_is_one_holders_until_it_is_let_go()
    {
        using (Folder.TryLock("lock")) Assert.Null(Folder.TryLock("lock"));
        using var next = Folder.TryLock("lock");
        Assert.NotNull(next);
    }

    [Fact]
    public void Trying_a_folder_out_leaves_nothing_in_it()
    {
        using var other = Folder.OpenFolder(".");
        Folder.EnsureWritable();
        Assert.True(Folder.SharesFileSystem(other));
        Assert.True(Folder.FreeBytes() > 0);
        Assert.Empty(Directory.GetFileSystemEntries(Place.Path));
    }

    static DiskFault? FaultOf(Action action) => Record.Exception(action) is { } error ? DiskFaults.Of(error) : null;
}
