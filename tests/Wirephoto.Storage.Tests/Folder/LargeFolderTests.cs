using System.Diagnostics;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;
using Wirephoto.Storage.Folder.Index;
using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Folder;

public sealed class LargeFolderTests(ITestOutputHelper output) : IDisposable
{
    readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_page_of_a_hundred_thousand_images_is_read_fast_wherever_it_is()
    {
        const int count = 100_000;
        await using var disk = new DiskThreads("test", 1);
        var files = Enumerable.Range(0, count).Select(i => new FoundFile(StoreExtensions.Name(i < count / 2 ? $"img{i:D6}.jpg" : $"sub{i % 2000:D4}/{i:D6}.jpg"), 1, 1));
        var started = Stopwatch.GetTimestamp();
        await using var index = ImageIndex.Open(folder.File("index.db"), folder.Options(TimeProvider.System), disk, () => files);
        output.WriteLine($"{count} files recorded in {Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms");

        Measure("first page", FolderName.Top, false, null);
        Measure("page in the middle", FolderName.Top, false, "img025000.jpg");
        Measure("page of folders", FolderName.Top, false, "sub0100/");
        Measure("recursive page", FolderName.Top, true, "sub0100/");
        Assert.Equal(25, index.Read(reader => Listing.Read(reader, FolderName.Parse("sub1999"), false, null).Count()));

        void Measure(string what, FolderName name, bool recursive, string? after)
        {
            var times = new List<double>();
            for (var i = 0; i < 7; i++)
            {
                var before = Stopwatch.GetTimestamp();
                var page = index.Read(reader => ListPage.Of(Listing.Read(reader, name, recursive, after), 1000));
                times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
                Assert.Equal(1000, page.Entries.Count);
                Assert.NotNull(page.Next);
            }

            output.WriteLine($"{what}: {times.Min():F2} ms");
            Assert.True(times.Min() < 50, $"{what} took {times.Min():F2} ms");
        }
    }
}
