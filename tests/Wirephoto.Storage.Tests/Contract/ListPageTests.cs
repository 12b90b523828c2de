namespace Wirephoto.Storage.Tests.Contract;

public sealed class ListPageTests
{
    [Fact]
    public void A_page_ends_at_its_limit_and_knows_whether_there_is_more()
    {
        Assert.Equal(("c.jpg", 3), End(Names(5), 3));
        Assert.Equal((null, 5), End(Names(5), 5));
        Assert.Equal((null, 0), End([], 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => End(Names(5), 0));
    }

    [Fact]
    public void A_page_has_no_more_than_fits_in_memory_whatever_its_limit()
    {
        Assert.Equal(1000, End(Folders(3000, 8), int.MaxValue).Count);
        Assert.Equal(128, End(Folders(3000, 1000), int.MaxValue).Count);
        Assert.Equal(100, End(Folders(3000, 1000), 100).Count);
        Assert.Equal(1, End(Folders(2, 3_000_000), int.MaxValue).Count);
    }

    [Fact]
    public void No_more_entries_are_read_than_one_behind_the_page()
    {
        var read = 0;
        ListPage.Of(Folders(100, 8).Select(name => new ListedEntry(null, name)).Select(entry => (read++, entry).entry), 10);
        Assert.Equal(11, read);
    }

    static (string? Next, int Count) End(IEnumerable<string> names, int limit)
    {
        var page = ListPage.Of(names.Select(name => new ListedEntry(null, name)), limit);
        Assert.Equal(names.Take(page.Entries.Count), page.Entries.Select(entry => entry.Name));
        return (page.Next, page.Entries.Count);
    }

    static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"{(char)('a' + i)}.jpg");

    static IEnumerable<string> Folders(int count, int length) => Enumerable.Range(0, count).Select(i => $"{i:D6}".PadRight(length - 1, 'x') + "/");
}
