using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public abstract class EscapeTests(DiskKind kind) : IDisposable
{
    readonly TestFolder folder = new(kind);
    readonly TestFolder outside = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        folder.Dispose();
        outside.Dispose();
    }

    [Fact]
    public async Task A_link_to_a_folder_is_invisible_and_nothing_is_put_through_it()
    {
        outside.Write("secret.jpg", Bytes("secret"));
        Directory.CreateSymbolicLink(folder.File("way"), outside.Path);
        folder.Write("real/cat.jpg", Bytes("cat"));
        Directory.CreateSymbolicLink(folder.File("real/way"), outside.Path);
        await using var store = await folder.OpenAsync();

        Assert.Equal(["real/cat.jpg"], await store.ListAllAsync(recursive: true));
        foreach (var name in new[] { "way/secret.jpg", "real/way/secret.jpg" })
        {
            Assert.Null(await store.GetAsync(name));
            Assert.Null(await store.FindAsync(Name(name), true, Cancel));
            Assert.False(await store.DeleteAsync(Name(name), null, Cancel));
        }

        await FailsAsync(ErrorCode.BadName, () => store.PutAsync("way/new.jpg"));
        await FailsAsync(ErrorCode.BadName, () => store.PutAsync("real/way/deeper/new.jpg"));
        Assert.Equal(["secret.jpg"], Directory.GetFileSystemEntries(outside.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_link_to_a_file_is_invisible_and_keeps_its_name()
    {
        outside.Write("secret.jpg", Bytes("secret"));
        File.CreateSymbolicLink(folder.File("cat.jpg"), outside.File("secret.jpg"));
        File.CreateSymbolicLink(folder.File("dangling.jpg"), outside.File("none.jpg"));
        await using var store = await folder.OpenAsync();
        Assert.Empty(await store.ListAllAsync());
        foreach (var name in new[] { "cat.jpg", "dangling.jpg" })
        {
            Assert.Null(await store.GetAsync(name));
            Assert.Null(await store.FindAsync(Name(name), true, Cancel));
            await FailsAsync(ErrorCode.BadName, () => store.PutAsync(name));
        }

        Assert.Equal(Bytes("secret"), File.ReadAllBytes(outside.File("secret.jpg")));
        Assert.False(File.Exists(outside.File("none.jpg")));
    }

    [Fact]
    public async Task A_folder_that_turns_into_a_link_while_the_server_runs_does_not_lead_out()
    {
        outside.Write("cat.jpg", Bytes("secret"));
        await using var store = await folder.OpenAsync();
        await store.PutAsync("trip/cat.jpg", Bytes("cat"));
        Directory.Delete(folder.File("trip"), recursive: true);
        Directory.CreateSymbolicLink(folder.File("trip"), outside.Path);
        Assert.Null(await store.GetAsync("trip/cat.jpg"));
        await FailsAsync(ErrorCode.BadName, () => store.PutAsync("trip/dog.jpg"));
        Assert.Empty(await store.ListAllAsync(recursive: true));
    }

    [Fact]
    public async Task A_name_that_needs_a_folder_where_a_file_is_and_the_reverse_are_bad_names()
    {
        folder.Write("trip", Bytes("a file"));
        Directory.CreateDirectory(folder.File("cat.jpg"));
        await using var store = await folder.OpenAsync();
        var error = await Assert.ThrowsAsync<WirephotoException>(() => store.PutAsync("trip/cat.jpg"));
        Assert.Equal((ErrorCode.BadName, "'trip' is a file, not a folder"), (error.Code, error.Message));
        await FailsAsync(ErrorCode.BadName, () => store.PutAsync("cat.jpg"));
        Assert.Null(await store.GetAsync("trip/cat.jpg"));
        Assert.Null(await store.GetAsync("cat.jpg"));
        Assert.Empty(await store.ListAllAsync());
    }

    [Fact]
    public async Task A_pipe_under_the_name_of_an_image_blocks_nobody_and_is_invisible()
    {
        Assert.Equal(0, await Shell.RunAsync("mkfifo", folder.File("pipe.jpg")));
        await using var store = await folder.OpenAsync();
        Assert.Null(await store.GetAsync("pipe.jpg"));
        Assert.Empty(await store.ListAllAsync());
        await FailsAsync(ErrorCode.BadName, () => store.PutAsync("pipe.jpg"));
    }

    [Fact]
    public async Task A_link_in_place_of_the_servers_own_folder_is_refused()
    {
        Directory.CreateSymbolicLink(folder.File(".wirephoto"), outside.Path);
        await FailsAsync(ErrorCode.StorageFailed, () => folder.OpenAsync());
        Assert.Empty(Directory.GetFileSystemEntries(outside.Path));
    }

    [Fact]
    public async Task A_deep_and_long_name_is_stored()
    {
        await using var store = await folder.OpenAsync();
        var deep = string.Concat(Enumerable.Repeat("a/", NameRules.MaxSegments - 1)) + "x.jpg";
        var wide = new string('b', 251) + ".jpg";
        Assert.True((await store.PutAsync(deep)).Won);
        Assert.True((await store.PutAsync(wide)).Won);
        Assert.Equal([deep, wide], await store.ListAllAsync(recursive: true));
        Assert.Equal(Bytes(deep), await store.GetAsync(deep));
    }

    [Fact]
    public async Task What_another_program_put_deeper_than_a_name_may_be_is_passed_over()
    {
        folder.Write(string.Concat(Enumerable.Repeat("a/", NameRules.MaxSegments - 1)) + "in.jpg", [1]);
        folder.Write(string.Concat(Enumerable.Repeat("a/", NameRules.MaxSegments)) + "out.jpg", [1]);

        await using var store = await folder.OpenAsync();

        Assert.EndsWith("/in.jpg", Assert.Single(await store.ListAllAsync(recursive: true)), StringComparison.Ordinal);
    }
}
