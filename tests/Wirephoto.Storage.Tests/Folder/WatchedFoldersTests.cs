using System.Runtime.InteropServices;
using Wirephoto.Storage.Disk.Linux;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Folder.Watching;
using Wirephoto.Storage.Tests.Support;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>What the kernel of Linux tells of folders, as hints; read when the test says so.</summary>
public sealed class WatchedFoldersTests : IDisposable
{
    readonly TestFolder folder = new();
    readonly TestFolder elsewhere = new();
    readonly ManualClock clock = new();
    readonly Hints hints;
    readonly Inotify inotify;
    readonly WatchedFolders watched;
    readonly List<IOException> failures = [];

    public WatchedFoldersTests()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "inotify is Linux's");
        hints = new Hints(clock, TimeSpan.Zero);
        inotify = new Inotify();
        watched = new WatchedFolders(inotify, folder.Options(clock), hints, failures.Add);
    }

    public void Dispose()
    {
        inotify?.Dispose();
        elsewhere.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void Folders_inside_each_other_that_come_with_images_at_once_are_watched_and_hinted_at()
    {
        watched.WatchAll();
        folder.Write("a/b/c/1.jpg", [1]);
        Assert.Contains("a", Told());
        Assert.Equal(4, watched.Count);
        folder.Write("a/b/c/2.jpg", [2]);
        folder.Write("a/b/3.jpg", [3]);
        Assert.Equal(["a/b/3.jpg", "a/b/c/2.jpg"], Told());
    }

    [Fact]
    public void A_folder_that_is_renamed_goes_on_being_watched_under_its_new_name()
    {
        folder.Write("old/sub/1.jpg", [1]);
        watched.WatchAll();
        Directory.CreateDirectory(folder.File("year"));
        Directory.Move(folder.File("old"), folder.File("year/new"));
        Assert.Equal(["old", "year"], Told());
        Assert.Equal(4, watched.Count);
        folder.Write("year/new/sub/2.jpg", [2]);
        Assert.Equal(["year/new/sub/2.jpg"], Told());
    }

    [Fact]
    public void Two_folders_that_change_names_are_told_apart()
    {
        folder.Write("a/in/1.jpg", [1]);
        folder.Write("b/1.jpg", [1]);
        watched.WatchAll();
        Directory.Move(folder.File("a"), folder.File("c"));
        Directory.Move(folder.File("b"), folder.File("a"));
        Directory.Move(folder.File("c"), folder.File("b"));
        Assert.Equal(["a", "b"], Told().Except(["c"]));
        folder.Write("a/2.jpg", [2]);
        folder.Write("b/in/3.jpg", [3]);
        Assert.Equal(["a/2.jpg", "b/in/3.jpg"], Told());
        Assert.Equal(4, watched.Count);
    }

    [Fact]
    public void A_folder_that_is_moved_out_tells_nothing_any_more_and_one_that_is_moved_in_tells_all()
    {
        folder.Write("trip/day/1.jpg", [1]);
        watched.WatchAll();
        Directory.Move(folder.File("trip"), elsewhere.File("trip"));
        Assert.Equal(["trip"], Told());
        Assert.Equal(1, watched.Count);
        elsewhere.Write("trip/day/2.jpg", [2]);
        Assert.Empty(Told());

        Directory.Move(elsewhere.File("trip"), folder.File("back"));
        Assert.Equal(["back"], Told());
        Assert.Equal(3, watched.Count);
        folder.Write("back/day/3.jpg", [3]);
        Assert.Equal(["back/day/3.jpg"], Told());
    }

    [Fact]
    public void Folders_that_are_removed_and_made_again_many_times_cost_one_watch_each()
    {
        watched.WatchAll();
        for (var i = 0; i < 50; i++)
        {
            folder.Write("a/b/1.jpg", [1]);
            if (i % 2 == 0) Assert.Contains("a", Told());
            Directory.Delete(folder.File("a"), recursive: true);
        }

        Assert.Contains("a", Told());
        Assert.Equal(1, watched.Count);
    }

    [Fact]
    public void What_happens_in_hidden_folders_and_in_the_servers_own_is_not_told_at_all()
    {
        folder.Write(".wirephoto/incoming/1.jpg", [1]);
        folder.Write(".git/objects/1.jpg", [1]);
        folder.Write("a/.thumbs/1.jpg", [1]);
        watched.WatchAll();
        Assert.Equal(2, watched.Count);
        folder.Write(".wirephoto/incoming/2.jpg", [2]);
        folder.Write(".wirephoto/index.db-wal", [2]);
        folder.Write(".git/objects/2.jpg", [2]);
        folder.Write("a/.thumbs/2.jpg", [2]);
        Directory.Delete(folder.File(".git"), recursive: true);
        Assert.Single(Read());
    }

    [Fact]
    public async Task The_server_itself_is_told_of_once_for_each_image_that_it_publishes()
    {
        await using var store = await folder.OpenAsync();
        await store.PutAsync("in/first.jpg");
        watched.WatchAll();
        for (var i = 0; i < 20; i++) await store.PutAsync($"in/{i}.jpg");
        Assert.Equal(20, Read().Count);
    }

    [Fact]
    public void Files_that_no_image_can_be_are_no_hints()
    {
        watched.WatchAll();
        folder.Write("notes.txt", [1]);
        folder.Write(".hidden.jpg", [1]);
        folder.Write("1.jpg", [1]);
        File.SetLastWriteTimeUtc(folder.File("1.jpg"), DateTime.UnixEpoch);
        Assert.Equal(["1.jpg"], Told());
        File.Delete(folder.File("1.jpg"));
        Assert.Equal(["1.jpg"], Told());
    }

    [Fact]
    public void After_events_were_lost_all_folders_are_watched_as_they_are_then_and_everything_is_looked_at()
    {
        folder.Write("gone/1.jpg", [1]);
        folder.Write("stays/1.jpg", [1]);
        folder.Write("moves/deep/1.jpg", [1]);
        watched.WatchAll();
        Directory.Delete(folder.File("gone"), recursive: true);
        Directory.Move(folder.File("moves"), folder.File("moved"));
        Directory.CreateDirectory(folder.File("new/deeper"));
        Read();
        Assert.False(hints.Take(out _));

        watched.Take(Record(watch: -1, mask: 0x4000, ""));
        Assert.True(hints.Take(out _));
        Assert.Equal(6, watched.Count);
        Told();
        foreach (var name in new[] { "stays/2.jpg", "moved/deep/2.jpg", "new/deeper/2.jpg" }) folder.Write(name, [2]);
        Assert.Equal(["moved/deep/2.jpg", "new/deeper/2.jpg", "stays/2.jpg"], Told());
    }

    [Fact]
    public void A_record_that_is_cut_off_is_taken_for_a_loss_and_of_strange_ones_nothing_is_believed()
    {
        watched.WatchAll();
        var whole = Record(watch: 77, mask: 0x100, "1.jpg");
        watched.Take(whole);
        Assert.False(hints.Take(out var none));
        Assert.Empty(none);
        for (var length = 1; length < whole.Length; length++)
        {
            watched.Take(whole.AsSpan(0, length));
            Assert.True(hints.Take(out _));
        }

        watched.Take([.. whole.AsSpan(0, 12), 0xFF, 0xFF, 0xFF, 0xFF, .. "1.jpg"u8]);
        Assert.True(hints.Take(out _));
    }

    [Fact]
    public void Names_that_are_not_UTF8_are_no_images_and_their_folders_do_no_harm()
    {
        watched.WatchAll();
        byte[] strange = [.. System.Text.Encoding.UTF8.GetBytes(folder.Path), (byte)'/', 0xFF, 0xFE];
        byte[][] paths = [[.. strange, 0], [.. strange, .. ".jpg\0"u8]];
        foreach (var path in paths) Assert.Equal(0, MakeFolder(path, 0x1FF));
        folder.Write("ä/ö.jpg", [1]);
        Assert.Equal(["ä", "\uFFFD\uFFFD", "\uFFFD\uFFFD.jpg"], Told().Order(StringComparer.Ordinal));
        Assert.Equal(2, watched.Count);
        Assert.Empty(failures);
        watched.WatchAll();
        Assert.Equal(2, watched.Count);
        Assert.Empty(failures);

        // What cleans up after tests can't name them either.
        foreach (var path in paths) Assert.Equal(0, RemoveFolder(path));
    }

    [Fact]
    public void A_link_to_a_folder_is_not_followed_unless_it_is_the_images_folder_itself()
    {
        elsewhere.Write("out/1.jpg", [1]);
        Directory.CreateSymbolicLink(folder.File("link"), elsewhere.Path);
        watched.WatchAll();
        Assert.Equal(1, watched.Count);

        var through = new WatchedFolders(inotify, folder.Options(clock, folder.File("link")), hints, failures.Add);
        through.WatchAll();
        Assert.Equal(2, through.Count);
        Assert.Empty(failures);
    }

    List<byte[]> Read()
    {
        var records = new List<byte[]>();
        var buffer = new byte[4096];
        while (inotify.Read(buffer) is > 0 and var count)
        {
            var events = new InotifyEvents(buffer.AsSpan(0, count));
            while (events.Next(out var happened)) records.Add(Record(happened.Watch, happened.Mask, System.Text.Encoding.Latin1.GetString(happened.Name)));
            Assert.False(events.IsBroken);
        }

        return records;
    }

    IReadOnlyList<string> Told()
    {
        var buffer = new byte[4096];
        while (inotify.Read(buffer) is > 0 and var count) watched.Take(buffer.AsSpan(0, count));
        Assert.False(hints.Take(out var paths));
        return paths;
    }

    // As the kernel writes it: the name is filled up with zeros.
    static byte[] Record(int watch, uint mask, string name)
    {
        var padded = new byte[name.Length == 0 ? 0 : (name.Length / 16 + 1) * 16];
        System.Text.Encoding.Latin1.GetBytes(name, padded);
        uint[] head = [(uint)watch, mask, 0, (uint)padded.Length];
        return [.. MemoryMarshal.AsBytes(head.AsSpan()), .. padded];
    }

#pragma warning disable SYSLIB1054 // a path that no string can hold
    [DllImport("libc", EntryPoint = "mkdir")]
    static extern int MakeFolder(byte[] path, uint mode);

    [DllImport("libc", EntryPoint = "rmdir")]
    static extern int RemoveFolder(byte[] path);
#pragma warning restore SYSLIB1054
}
