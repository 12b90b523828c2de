using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class ListingTests : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Names_that_are_not_valid_any_more_are_passed_over_and_end_no_page()
    {
        await using (var store = await folder.OpenAsync())
        {
            foreach (var name in new[] { "a.png", "b.png", "c.png", "d/e.png", "d/f.jpg", "g.jpg", "h.jpg" }) await store.PutAsync(name);
        }

        using var index = new IndexReader(folder.File(".wirephoto/index.db"), new ImageTypes(["jpg"]));
        Assert.Equal("d/ g.jpg, next g.jpg", Page(recursive: false, null));
        Assert.Equal("h.jpg, next ", Page(recursive: false, "g.jpg"));
        Assert.Equal("d/f.jpg g.jpg, next g.jpg", Page(recursive: true, null));

        string Page(bool recursive, string? after)
        {
            var page = ListPage.Of(Listing.Read(index, FolderName.Top, recursive, after), 2);
            return $"{string.Join(' ', page.Entries.Select(entry => entry.Name))}, next {page.Next}";
        }
    }
}
