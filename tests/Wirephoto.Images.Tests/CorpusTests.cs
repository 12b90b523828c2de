namespace Wirephoto.Images.Tests;

/// <summary>Real photographs and deliberately broken files; skipped where the corpus is not at hand.</summary>
public class CorpusTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("png", 161)]
    [InlineData("jpeg", 29)]
    public void Every_valid_image_is_accepted_however_it_is_cut(string folder, int atLeast)
    {
        var files = Files(folder);
        Assert.True(files.Length >= atLeast);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            var format = FormatOf(file);
            var verdict = Inspection.EveryWay(format, bytes, seed: 1);
            output.WriteLine($"{Path.GetFileName(file)}: {verdict.Facts} {verdict.Fault?.Message}");
            Assert.Null(verdict.Fault);
            Assert.Equal(format, verdict.Facts!.Format);
            Assert.Equal(format, ImageFormats.Sniff(bytes));
        }
    }

    [Fact]
    public void Every_broken_file_is_refused_with_the_same_reason_however_it_is_cut()
    {
        foreach (var file in Files("broken"))
        {
            var verdict = Inspection.EveryWay(FormatOf(file), File.ReadAllBytes(file), seed: 2);
            output.WriteLine($"{Path.GetFileName(file)}: {verdict.Fault?.Rule} {verdict.Fault?.Message}");
            Assert.NotNull(verdict.Fault);
        }
    }

    [Theory]
    [InlineData("bomb-dimensions.png", InspectionRule.TooManyPixels, "declared pixels 2147483647 x 2147483647 exceed the limit of 1000000000 at byte 16")]
    [InlineData("elf.jpg", InspectionRule.NotAnImage, "this is an ELF program")]
    [InlineData("empty.jpg", InspectionRule.NotAnImage, "empty")]
    [InlineData("html.jpg", InspectionRule.NotAnImage, "this is an HTML page")]
    [InlineData("jpeg-inside.png", InspectionRule.NotAnImage, "this is a JPEG, not a PNG: name it .jpg")]
    [InlineData("no-end-chunk.png", InspectionRule.NotAnImage, "PNG ends without an IEND chunk at byte 133")]
    [InlineData("no-end-marker.jpg", InspectionRule.NotAnImage, "JPEG ends inside scan data at byte 128035")]
    [InlineData("no-frame-header.jpg", InspectionRule.NotAnImage, "scan without a frame header")]
    [InlineData("png-inside.jpg", InspectionRule.NotAnImage, "this is a PNG, not a JPEG: name it .png")]
    [InlineData("segment-length-one.jpg", InspectionRule.NotAnImage, "segment FFE1 has length 1")]
    [InlineData("start-and-end-only.jpg", InspectionRule.NotAnImage, "JPEG has no frame header before its end marker at byte 2")]
    [InlineData("text.png", InspectionRule.NotAnImage, "this is plain text")]
    [InlineData("truncated-half.jpg", InspectionRule.NotAnImage, "JPEG ends inside scan data at byte 64018")]
    [InlineData("truncated-head.jpg", InspectionRule.NotAnImage, "JPEG ends inside segment FFE1 at byte 300")]
    [InlineData("two-bytes.jpg", InspectionRule.NotAnImage, "JPEG ends without an end marker at byte 2")]
    [InlineData("xc1n0g08.png", InspectionRule.NotAnImage, "unknown color type 1")]
    [InlineData("xc9n2c08.png", InspectionRule.NotAnImage, "unknown color type 9")]
    [InlineData("xcrn0g04.png", InspectionRule.NotAnImage, "line ends were converted")]
    [InlineData("xcsn0g01.png", InspectionRule.NotAnImage, "chunk IDAT is damaged")]
    [InlineData("xd0n2c08.png", InspectionRule.NotAnImage, "illegal bit depth 0")]
    [InlineData("xd3n2c08.png", InspectionRule.NotAnImage, "illegal bit depth 3")]
    [InlineData("xd9n2c08.png", InspectionRule.NotAnImage, "illegal bit depth 99")]
    [InlineData("xdtn0g01.png", InspectionRule.NotAnImage, "no image data (IDAT)")]
    [InlineData("xhdn0g08.png", InspectionRule.NotAnImage, "chunk IHDR is damaged")]
    [InlineData("xlfn0g04.png", InspectionRule.NotAnImage, "line ends were converted")]
    [InlineData("xs1n0g01.png", InspectionRule.NotAnImage, "PNG signature is damaged: 89 expected")]
    [InlineData("xs2n0g01.png", InspectionRule.NotAnImage, "PNG signature is damaged: 50 expected")]
    [InlineData("xs4n0g01.png", InspectionRule.NotAnImage, "PNG signature is damaged: 47 expected")]
    [InlineData("xs7n0g01.png", InspectionRule.NotAnImage, "PNG signature is damaged: 1A expected")]
    [InlineData("zip.jpeg", InspectionRule.NotAnImage, "this is a ZIP archive")]
    public void A_broken_file_is_refused_for_what_is_wrong_with_it(string name, InspectionRule rule, string reason)
    {
        var file = Files("broken").Single(f => Path.GetFileName(f) == name);
        var fault = Inspection.Whole(FormatOf(file), File.ReadAllBytes(file)).Fault;
        Assert.Equal(rule, fault?.Rule);
        Assert.Contains(reason, fault!.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("landscape_1.jpg", 600, 450, 1)]
    [InlineData("landscape_6.jpg", 450, 600, 6)]
    [InlineData("landscape_8.jpg", 450, 600, 8)]
    [InlineData("nikon-e950.jpg", 800, 600, 1)]
    public void Width_and_height_are_as_stored_and_the_orientation_is_told_beside_them(string name, int width, int height, int orientation)
    {
        var file = Files("jpeg").Single(f => Path.GetFileName(f) == name);
        Assert.Equal(new ImageFacts(ImageFormat.Jpeg, width, height, orientation), Inspection.Whole(ImageFormat.Jpeg, File.ReadAllBytes(file)).Facts);
    }

    private static ImageFormat FormatOf(string file) => ImageFormats.ByExtension(Path.GetExtension(file).TrimStart('.'))!.Value;

    private static string[] Files(string folder)
    {
        var corpus = Environment.GetEnvironmentVariable("WIREPHOTO_CORPUS") ?? Beside();
        if (corpus is null || !Directory.Exists(Path.Combine(corpus, folder)))
            Assert.Skip("There is no corpus of real images here: set WIREPHOTO_CORPUS to its folder.");
        return Directory.GetFiles(Path.Combine(corpus, folder));
    }

    // A folder shared/corpus beside the repository or above it.
    private static string? Beside()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var corpus = Path.Combine(folder.FullName, "shared", "corpus");
            if (Directory.Exists(corpus))
                return corpus;
        }
        return null;
    }
}
