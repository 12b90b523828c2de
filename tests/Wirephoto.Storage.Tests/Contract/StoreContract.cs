using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Contract;

/// <summary>What every store promises, see the comments of <see cref="IImageStore"/> and <see cref="IUpload"/>. A store's own test class is a factory.</summary>
public abstract partial class StoreContract : IAsyncLifetime
{
    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private protected TestClock Clock { get; } = new();

    protected IImageStore Store { get; private set; } = null!;

    protected abstract Task<IImageStore> OpenStoreAsync();

    public async ValueTask InitializeAsync() => Store = await OpenStoreAsync();

    public virtual async ValueTask DisposeAsync() => await Store.DisposeAsync();

    [Fact]
    public async Task What_is_put_comes_back_byte_for_byte_with_its_facts()
    {
        var bytes = Noise(700_001);
        var date = new DateTimeOffset(2019, 7, 14, 3, 2, 1, TimeSpan.Zero).AddTicks(1234567);
        var token = UploadToken.New();
        await using (var upload = await Store.BeginAsync(token, Intent("iceland/glacier.JPG", bytes, modified: date), Cancel))
        {
            Assert.Equal(0, upload.Offset);
            Assert.Null(upload.Committed);
            for (var at = 0; at < bytes.Length; at += 100_000)
            {
                await upload.AppendAsync(bytes.AsMemory(at, Math.Min(100_000, bytes.Length - at)), Cancel);
                Assert.Equal(Math.Min(at + 100_000, bytes.Length), upload.Offset);
                Assert.Null(await Store.FindAsync(Name("iceland/glacier.JPG"), true, Cancel));
                Assert.Empty(await Store.ListAllAsync(recursive: true));
            }

            var result = await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel);
            Assert.True(result.Won);
            Assert.True(result.Image.Durable);
            Assert.Equal(Clock.GetUtcNow(), result.Image.Stored);
            Assert.Equal(date, result.Image.Modified);
            Assert.Equal(result.Image, await Store.FindAsync(Name("iceland/glacier.JPG"), false, Cancel));
        }

        Assert.Equal(bytes, await Store.GetAsync("iceland/glacier.JPG"));
        await using var open = await Store.OpenAsync(Name("iceland/glacier.JPG"), Cancel);
        Assert.Equal(DigestOf(bytes), open!.Image.Digest);
        Assert.Equal(new PictureFacts("test", 1, 1), open.Image.Facts);
        Assert.Equal(0, await open.ReadAsync(bytes.Length, new byte[10], Cancel));
    }

    [Fact]
    public async Task Without_a_date_the_image_gets_the_time_of_its_commit()
    {
        var now = Clock.GetUtcNow();
        Assert.Equal(now, (await Store.PutAsync("now.png", [1])).Image.Modified);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1900)]
    [InlineData(1969)]
    [InlineData(2500)]
    [InlineData(9999)]
    public async Task A_date_of_any_year_is_kept_as_well_as_the_medium_can(int year)
    {
        var put = await Store.PutAsync("old.jpg", [1], modified: new DateTimeOffset(year, 12, 31, 23, 59, 59, 999, TimeSpan.Zero));
        Assert.True(put.Won);
        Assert.Equal(put.Image, await Store.FindAsync(Name("old.jpg"), false, Cancel));
        Assert.Equal(Bytes("\u0001"), await Store.GetAsync("old.jpg"));
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3.1")]
    [Trait("Requirement", "R0-2.1.3.4.2.1.b")]
    [Trait("Requirement", "R0-3.1.1.3")]
    [Trait("Requirement", "R3-5.U.2")]
    [Trait("Requirement", "R3-5.U.3")]
    public async Task A_taken_name_is_never_overwritten()
    {
        var first = await Store.PutAsync("cat.jpg", Bytes("first"));
        var second = await Store.PutAsync("cat.jpg", Bytes("second"), resumable: true);
        Assert.False(second.Won);
        Assert.Equal(first.Image, second.Image);
        Assert.Equal(Bytes("first"), await Store.GetAsync("cat.jpg"));

        // The loser's staging is gone: the same begin starts anew.
        await using var again = await Store.BeginAsync(Intent("cat.jpg", Bytes("second")));
        Assert.Equal(0, again.Offset);
    }

    [Theory]
    [InlineData("cat.jpg", "CAT.JPG")]
    [InlineData("Iceland/cat.jpg", "iceland/cat.jpg")]
    [InlineData("caf\u00e9.jpg", "cafe\u0301.jpg")]
    [InlineData("\u03a3.png", "\u03c2.png")]
    public async Task Names_that_differ_only_in_case_or_Unicode_form_are_one_name(string first, string second)
    {
        await Store.PutAsync(first, [1]);
        var result = await Store.PutAsync(second, [2]);
        Assert.False(result.Won);
        Assert.Equal(first, result.Image.Name.Text);
        Assert.Null(await Store.FindAsync(Name(second), false, Cancel));
        Assert.Equal(first, (await Store.FindAsync(Name(second), true, Cancel))!.Name.Text);
        Assert.Null(await Store.OpenAsync(Name(second), Cancel));
        Assert.Equal([first], await Store.ListAllAsync(recursive: true));
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3.1")]
    [Trait("Requirement", "R3-5.U.2")]
    public async Task Of_eight_writers_of_one_name_exactly_one_wins_in_each_of_a_hundred_rounds()
    {
        for (var round = 0; round < 100; round++)
        {
            // Half of them write a twin of the name.
            var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer =>
                Task.Run(() => Store.PutAsync(writer % 2 == 0 ? $"race{round}.jpg" : $"RACE{round}.jpg", Bytes($"{round} by {writer}")), Cancel)));
            var winner = Assert.Single(results, result => result.Won).Image;
            Assert.All(results, result => Assert.Equal(winner, result.Image));
            var number = Array.FindIndex(results, result => result.Won);
            Assert.Equal(Bytes($"{round} by {number}"), await Store.GetAsync(winner.Name.Text));
        }

        Assert.Equal(100, (await Store.StatusAsync(Cancel)).Images);
    }

    [Fact]
    public async Task Many_writers_of_many_names_all_win()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => Task.Run(() => Store.PutAsync($"{i % 5}/{i % 3}/{i}.png"), Cancel)));
        Assert.All(results, result => Assert.True(result.Won));
        Assert.Equal(200, (await Store.ListAllAsync(recursive: true, limit: 7)).Length);
    }

    [Fact]
    public async Task Find_by_digest_names_all_that_hold_the_bytes_sorted_and_at_most_as_many_as_asked()
    {
        foreach (var name in new[] { "c.jpg", "a.jpg", "b/x.jpg" }) await Store.PutAsync(name, Bytes("same"));
        await Store.PutAsync("other.jpg", Bytes("other"));
        await using var staged = await Store.BeginAsync(Intent("staged.jpg", Bytes("same")));
        await staged.AppendAsync(Bytes("same"), Cancel);
        Assert.Equal(["a.jpg", "b/x.jpg", "c.jpg"], await Store.FindByDigestAsync(DigestOf(Bytes("same")), 10, Cancel));
        Assert.Equal(["a.jpg", "b/x.jpg"], await Store.FindByDigestAsync(DigestOf(Bytes("same")), 2, Cancel));
        Assert.Empty(await Store.FindByDigestAsync(DigestOf(Bytes("none")), 10, Cancel));
    }

    [Fact]
    public async Task Delete_removes_the_image_of_exactly_this_name_and_frees_the_name()
    {
        await Store.PutAsync("cat.jpg", Bytes("old"));
        Assert.False(await Store.DeleteAsync(Name("CAT.jpg"), null, Cancel));
        Assert.False(await Store.DeleteAsync(Name("dog.jpg"), null, Cancel));
        Assert.False(await Store.DeleteAsync(Name("no/dog.jpg"), DigestOf([1]), Cancel));
        Assert.True(await Store.DeleteAsync(Name("cat.jpg"), null, Cancel));
        Assert.False(await Store.DeleteAsync(Name("cat.jpg"), null, Cancel));
        Assert.Null(await Store.FindAsync(Name("cat.jpg"), true, Cancel));
        Assert.Null(await Store.GetAsync("cat.jpg"));
        Assert.Empty(await Store.FindByDigestAsync(DigestOf(Bytes("old")), 10, Cancel));
        Assert.Empty(await Store.ListAllAsync());
        Assert.True((await Store.PutAsync("Cat.jpg", Bytes("new"))).Won);
    }

    [Fact]
    public async Task Delete_with_a_digest_removes_only_that_image()
    {
        await Store.PutAsync("cat.jpg", Bytes("cat"));
        await FailsAsync(ErrorCode.Changed, () => Store.DeleteAsync(Name("cat.jpg"), DigestOf(Bytes("dog")), Cancel));
        Assert.Equal(Bytes("cat"), await Store.GetAsync("cat.jpg"));
        Assert.True(await Store.DeleteAsync(Name("cat.jpg"), DigestOf(Bytes("cat")), Cancel));
    }

    [Fact]
    public async Task An_open_image_stays_readable_when_its_name_is_deleted_and_taken_again()
    {
        var bytes = Noise(50_000);
        await Store.PutAsync("cat.jpg", bytes);
        await using var open = await Store.OpenAsync(Name("cat.jpg"), Cancel);
        await Store.DeleteAsync(Name("cat.jpg"), null, Cancel);
        await Store.PutAsync("cat.jpg", Bytes("another"));
        Assert.Equal(bytes, await open!.ReadAllAsync());
    }

    [Fact]
    public async Task Status_counts_images_and_bytes()
    {
        Assert.Equal((0, 0), (await Store.StatusAsync(Cancel)) is var none ? (none.Images, none.Bytes) : default);
        await Store.PutAsync("a.jpg", Noise(1000));
        await Store.PutAsync("b/c.jpg", Noise(234));
        await Store.PutAsync("gone.jpg", Noise(99));
        await Store.DeleteAsync(Name("gone.jpg"), null, Cancel);
        var status = await Store.StatusAsync(Cancel);
        Assert.Equal((2, 1234), (status.Images, status.Bytes));
        Assert.True(status.FreeBytes > 0);
    }
}
