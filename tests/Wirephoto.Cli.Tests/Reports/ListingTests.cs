using Wirephoto.Cli.Reports;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Cli.Tests.Reports;

public sealed class ListingTests
{
    static ListEntry Image(string name, long length = 1234, long? width = 640, long? height = 480) =>
        new(new ImageInfo(name, length, null, "png", width, height, new DateTime(2026, 11, 20, 12, 0, 0, DateTimeKind.Local), null), null);

    static List<string> Lines(bool verbose, params IEnumerable<ListEntry> entries)
    {
        var lines = new List<string>();
        var listing = new Listing(verbose, lines.Add);
        foreach (var entry in entries) listing.Add(entry);
        listing.Flush();
        return lines;
    }

    [Fact]
    [Trait("Requirement", "R0-2.2.3.3")]
    [Trait("Requirement", "R3-9.L.2")]
    public void Each_entry_has_a_line_and_folders_end_with_a_slash() =>
        Assert.Equal(["a.png", "iceland/"], Lines(false, Image("a.png"), new ListEntry(null, "iceland")));

    [Fact]
    public void Names_that_could_steer_a_terminal_are_escaped() => Assert.Equal(["a\\u001b.png"], Lines(false, Image("a\u001b.png")));

    [Fact]
    [Trait("Requirement", "R4-3.6")]
    public void The_long_form_is_in_aligned_columns() => Assert.Equal(
        [
            "1.2 kB    640x480  2026-11-20 12:00:00  a.png",
            "5.0 GB  9000x8000  2026-11-20 12:00:00  b.png",
            "   9 B          -  2026-11-20 12:00:00  c.png",
            "     -          -  -                    iceland/",
        ],
        Lines(true, Image("a.png"), Image("b.png", 5_000_000_000, 9000, 8000), Image("c.png", 9, null), new ListEntry(null, "iceland")));

    [Fact]
    public void A_long_listing_is_written_while_it_arrives()
    {
        var lines = new List<string>();
        var listing = new Listing(true, lines.Add);
        for (var i = 0; i < 300; i++) listing.Add(Image($"{i}.png"));

        Assert.InRange(lines.Count, 1, 299);
        listing.Flush();
        Assert.Equal(300, lines.Count);
        Assert.Equal(300, listing.Count);
    }
}
