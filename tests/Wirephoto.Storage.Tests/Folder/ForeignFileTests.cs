using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

public abstract class ForeignFileTests(DiskKind kind) : IDisposable
{
    readonly TestFolder folder = new(kind);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    [Trait("Requirement", "R0-2.1.2.1")]
    public async Task Pictures_that_were_there_before_are_listed_found_and_served()
    {
        folder.Write("old.jpg", Bytes("old"));
        folder.Write("trip/deep/x.PNG", Bytes("x"));
        folder.Write("notes.txt", Bytes("no"));
        folder.Write(".hidden/y.jpg", Bytes("no"));
        File.SetLastWriteTimeUtc(folder.File("old.jpg"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));

        await using var store = await folder.OpenAsync();
        Assert.Equal(["old.jpg", "trip/"], await store.ListAllAsync());
        Assert.Equal(["old.jpg", "trip/deep/x.PNG"], await store.ListAllAsync(recursive: true));
        Assert.Equal(Bytes("old"), await store.GetAsync("old.jpg"));
        var found = await store.FindAsync(Name("old.jpg"), false, Cancel);
        Assert.Equal(DigestOf(Bytes("old")), found!.Digest);
        Assert.Equal(new DateTimeOffset(2001, 2, 3, 4, 5, 6, TimeSpan.Zero), found.Modified);
        Assert.True(found.Durable);
        Assert.False((await store.PutAsync("OLD.jpg", Bytes("new"))).Won);
    }

    [Fact]
    public async Task What_nobody_asks_for_is_read_in_the_background()
    {
        for (var i = 0; i < 150; i++) folder.Write($"{i}.jpg", Bytes("same"));
        await using var store = await folder.OpenAsync();
        await Wait.UntilAsync(async () => (await store.FindByDigestAsync(DigestOf(Bytes("same")), 1000, Cancel)).Count == 150);
    }

    [Fact]
    public async Task What_other_programs_add_change_and_remove_is_seen_while_the_server_runs()
    {
        await using var store = await folder.OpenAsync();
        folder.Write("new.jpg", Bytes("one"));
        Assert.Equal(DigestOf(Bytes("one")), (await store.FindAsync(Name("new.jpg"), false, Cancel))!.Digest);
        Assert.Equal(["new.jpg"], await store.ListAllAsync());

        folder.Write("new.jpg", Bytes("three"));
        Assert.Equal(Bytes("three"), await store.GetAsync("new.jpg"));
        Assert.Equal(["new.jpg"], await store.FindByDigestAsync(DigestOf(Bytes("three")), 9, Cancel));
        Assert.Empty(await store.FindByDigestAsync(DigestOf(Bytes("one")), 9, Cancel));

        File.Delete(folder.File("new.jpg"));
        Assert.Empty(await store.FindByDigestAsync(DigestOf(Bytes("three")), 9, Cancel));
        Assert.Null(await store.FindAsync(Name("new.jpg"), true, Cancel));
        Assert.Empty(await store.ListAllAsync());
        Assert.True((await store.PutAsync("new.jpg")).Won);
    }

    [Fact]
    public async Task A_commit_that_meets_another_programs_file_leaves_it_alone_and_names_it()
    {
        await using var store = await folder.OpenAsync();
        var bytes = Bytes("mine");
        await using var upload = await store.BeginAsync(Intent("trip/cat.jpg", bytes));
        await upload.AppendAsync(bytes, Cancel);
        folder.Write("trip/cat.jpg", Bytes("theirs"));
        var result = await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel);
        Assert.False(result.Won);
        Assert.Equal(DigestOf(Bytes("theirs")), result.Image.Digest);
        Assert.Equal(Bytes("theirs"), File.ReadAllBytes(folder.File("trip/cat.jpg")));
    }

    [Fact]
    public async Task A_file_that_is_no_image_is_reported_and_neither_listed_nor_served_but_keeps_its_name()
    {
        folder.Write("bad.jpg", Bytes("BAD bytes"));
        await using var store = await folder.OpenAsync();
        await FailsAsync(ErrorCode.NotAnImage, () => store.OpenAsync(Name("bad.jpg"), Cancel));
        Assert.Empty(await store.ListAllAsync());
        Assert.True(folder.Happened(StoreEventKind.NotAnImage));
        Assert.Empty(await store.FindByDigestAsync(DigestOf(Bytes("BAD bytes")), 9, Cancel));
        Assert.False((await store.PutAsync("bad.jpg", Bytes("good"))).Won);
        Assert.Equal(Bytes("BAD bytes"), File.ReadAllBytes(folder.File("bad.jpg")));

        folder.Write("bad.jpg", Bytes("good now"));
        Assert.Equal(Bytes("good now"), await store.GetAsync("bad.jpg"));
        Assert.Equal(["bad.jpg"], await store.ListAllAsync());
    }

    [Fact]
    public async Task Changes_made_while_no_server_ran_are_found_at_the_start()
    {
        await using (var first = await folder.OpenAsync())
        {
            foreach (var name in new[] { "same.jpg", "changed.jpg", "gone.jpg" }) await first.PutAsync(name);
        }

        File.Delete(folder.File("gone.jpg"));
        File.WriteAllBytes(folder.File("changed.jpg"), Bytes("changed by hand"));
        folder.Write("added/new.jpg", Bytes("new"));
        folder.Events.Clear();
        await using var store = await folder.OpenAsync();
        Assert.Contains(folder.Events, happened => happened is { Kind: StoreEventKind.Reconciled, Message: "3 files: 1 new, 1 changed, 1 gone" });
        Assert.Equal(["added/", "changed.jpg", "same.jpg"], await store.ListAllAsync());
        Assert.Equal(DigestOf(Bytes("changed by hand")), (await store.FindAsync(Name("changed.jpg"), false, Cancel))!.Digest);
    }

    [Fact]
    public async Task A_committed_image_is_not_read_again_at_the_next_start()
    {
        StoredImage image;
        await using (var first = await folder.OpenAsync())
        {
            image = (await first.PutAsync("cat.jpg", Bytes("cat"), modified: DateTimeOffset.UnixEpoch.AddTicks(-12345678901234567))).Image;
        }

        await using var store = await FolderStore.OpenAsync(
            folder.Options(TimeProvider.System) with { NewExaminer = _ => throw new InvalidOperationException("nothing is to be read") }, Cancel);
        Assert.Equal(image, await store.FindAsync(Name("cat.jpg"), false, Cancel));
    }

    [Fact]
    public async Task Twins_that_other_programs_made_are_served_by_their_exact_spelling()
    {
        folder.Write("cat.jpg", Bytes("lower"));
        folder.Write("CAT.jpg", Bytes("upper"));
        await using var store = await folder.OpenAsync();
        Assert.Equal(Bytes("lower"), await store.GetAsync("cat.jpg"));
        Assert.Equal(Bytes("upper"), await store.GetAsync("CAT.jpg"));
        Assert.False((await store.PutAsync("Cat.jpg")).Won);
        await store.DeleteAsync(Name("CAT.jpg"), null, Cancel);
        Assert.Equal(["cat.jpg"], await store.ListAllAsync());
    }

    [Fact]
    public async Task A_program_that_removes_empty_folders_does_not_fail_puts_into_them()
    {
        await using var store = await folder.OpenAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var remover = Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    try
                    {
                        Directory.Delete(folder.File("trip"));

                        // Without a breath in between, a busy machine would never let a put through that has to look before it links.
                        stop.Token.WaitHandle.WaitOne(2);
                    }
                    catch (IOException)
                    {
                        // Missing, or not empty: the next time, then.
                        Thread.Yield();
                    }
                }
            }, Cancel);
        for (var i = 0; i < 50; i++)
        {
            Assert.True((await store.PutAsync($"trip/{i}.jpg")).Won);
            Assert.Equal(Bytes($"trip/{i}.jpg"), await store.GetAsync($"trip/{i}.jpg"));
            Assert.True(await store.DeleteAsync(Name($"trip/{i}.jpg"), null, Cancel));
        }

        await stop.CancelAsync();
        await remover;
    }

    [Fact]
    public async Task A_file_name_that_is_not_UTF_8_is_passed_over()
    {
        var made = await Shell.RunAsync("sh", "-c", $"printf x > \"$(printf '{folder.Path}/b\\377d.jpg')\"");
        if (made != 0) Assert.Skip("this file system takes only UTF-8 names");
        await using var store = await folder.OpenAsync();
        Assert.Empty(await store.ListAllAsync());

        // .NET can't name it, so it can't clean it up either.
        await Shell.RunAsync("sh", "-c", $"rm '{folder.Path}'/b*");
    }
}
