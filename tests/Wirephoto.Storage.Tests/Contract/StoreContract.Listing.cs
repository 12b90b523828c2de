using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    // Sorted by UTF-8 bytes. U+FF5E comes before U+1F600, although its UTF-16 code unit is greater than the surrogates.
    static readonly string[] Sorted =
    [
        "B.jpg", "a b.jpg", "a.jpg", "a/b/c.jpg", "a/b/d.jpg", "a/z.jpg", "a0.jpg", "ab.jpg", "b/deep/er/x.png", "z.png", "\u00e9.jpg", "\uff5e.jpg", "\U0001F600.jpg",
    ];

    static readonly string[] Flat = ["B.jpg", "a b.jpg", "a.jpg", "a/", "a0.jpg", "ab.jpg", "b/", "z.png", "\u00e9.jpg", "\uff5e.jpg", "\U0001F600.jpg"];

    async Task FillAsync()
    {
        foreach (var name in Sorted.Reverse()) await Store.PutAsync(name);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.3.3")]
    [Trait("Requirement", "R0-2.1.3.4.2.3.b")]
    [Trait("Requirement", "R3-5.L.2")]
    public async Task A_flat_listing_has_the_images_and_the_folders_that_hold_any_in_the_order_of_their_bytes()
    {
        await FillAsync();
        Assert.Equal(Flat, await Store.ListAllAsync());
        Assert.Equal(["a/b/", "a/z.jpg"], await Store.ListAllAsync("a"));
        Assert.Equal(["b/deep/er/"], await Store.ListAllAsync("b/deep"));
        Assert.Empty(await Store.ListAllAsync("nothing"));
        Assert.Empty(await Store.ListAllAsync("A"));
    }

    [Fact]
    public async Task A_recursive_listing_has_all_images_below_and_no_folders()
    {
        await FillAsync();
        Assert.Equal(Sorted, await Store.ListAllAsync(recursive: true));
        Assert.Equal(["a/b/c.jpg", "a/b/d.jpg", "a/z.jpg"], await Store.ListAllAsync("a", recursive: true));
    }

    [Fact]
    public async Task Pages_of_every_size_make_up_the_whole()
    {
        await FillAsync();
        for (var limit = 1; limit <= Sorted.Length + 1; limit++)
        {
            Assert.Equal(Flat, await Store.ListAllAsync(limit: limit));
            Assert.Equal(Sorted, await Store.ListAllAsync(recursive: true, limit: limit));
            Assert.Equal(["a/b/", "a/z.jpg"], await Store.ListAllAsync("a", limit: limit));
        }
    }

    [Fact]
    public async Task A_listed_image_carries_its_facts()
    {
        var put = await Store.PutAsync("cat.jpg");
        var page = await Store.ListAsync(FolderName.Top, false, null, 10, Cancel);
        Assert.Equal(new ListedEntry(put.Image, null), Assert.Single(page.Entries));
        Assert.Null(page.Next);
    }

    [Fact]
    public async Task What_is_there_throughout_appears_once_while_others_come_and_go()
    {
        await FillAsync();
        var seen = new List<string>();
        string? after = null;
        var step = 0;
        do
        {
            var page = await Store.ListAsync(FolderName.Top, true, after, 2, Cancel);
            seen.AddRange(page.Entries.Select(entry => entry.Image!.Name.Text));
            after = page.Next;
            await Store.PutAsync($"a/new{step}.jpg");
            await Store.PutAsync($"0new{step}.jpg");
            await Store.DeleteAsync(StoreExtensions.Name($"0new{step - 1}.jpg"), null, Cancel);
            step++;
        }
        while (after is not null);
        Assert.Equal(Sorted, seen.Where(Sorted.Contains));
    }

    [Theory]
    [InlineData("a/")]
    [InlineData("a.jp")]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("zzzz\0'\"%")]
    [InlineData("\ud800")]
    public async Task A_cursor_that_no_page_gave_does_no_harm(string cursor)
    {
        await FillAsync();
        foreach (var folder in new[] { "", "a", "b/deep" })
        {
            var page = await Store.ListAsync(FolderName.Parse(folder), false, cursor, 100, Cancel);
            var all = await Store.ListAllAsync(folder);
            Assert.Subset(all.ToHashSet(), page.Entries.Select(entry => entry.Name).ToHashSet());
        }
    }
}
