using System.Text;
using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

public class ImageFormatsTests
{
    [Theory]
    [InlineData("jpg", ImageFormat.Jpeg)]
    [InlineData("JPG", ImageFormat.Jpeg)]
    [InlineData("jPeG", ImageFormat.Jpeg)]
    [InlineData("png", ImageFormat.Png)]
    [InlineData("Png", ImageFormat.Png)]
    [InlineData("", null)]
    [InlineData(".png", null)]
    [InlineData("gif", null)]
    [InlineData("jpg ", null)]
    [InlineData("jpgx", null)]
    [Trait("Requirement", "R0-1.a")]
    public void An_extension_in_any_case_tells_the_format(string extension, ImageFormat? format) =>
        Assert.Equal(format, ImageFormats.ByExtension(extension));

    [Fact]
    public void A_format_has_a_word()
    {
        Assert.Equal("jpeg", ImageFormat.Jpeg.Word());
        Assert.Equal("png", ImageFormat.Png.Word());
    }

    [Fact]
    public void The_first_bytes_tell_the_format()
    {
        Assert.Equal(ImageFormat.Jpeg, ImageFormats.Sniff(TestJpeg.Make(8, 8, 1)));
        Assert.Equal(ImageFormat.Png, ImageFormats.Sniff(TestPng.Make(8, 8, 1)));
        Assert.Null(ImageFormats.Sniff([0xFF, 0xD8]));
        Assert.Null(ImageFormats.Sniff([]));
    }

    public static TheoryData<string, byte[]> Foreign => new()
    {
        { "a GIF image", Ascii("GIF89a\u0001\u0000\u0001") },
        { "a WebP image", Ascii("RIFF\u0010\u0000\u0000\u0000WEBPVP8 ") },
        { "a HEIC image", Ascii("\u0000\u0000\u0000\u0018ftypheic\u0000\u0000\u0000\u0000mif1") },
        { "an AVIF image", Ascii("\u0000\u0000\u0000\u0018ftypavif") },
        { "an MP4 or QuickTime film", Ascii("\u0000\u0000\u0000\u0018ftypisom") },
        { "a TIFF image", Ascii("II*\u0000\u0008\u0000\u0000\u0000") },
        { "a TIFF image", Ascii("MM\u0000*\u0000\u0000\u0000\u0008") },
        { "a JPEG XL image", Ascii("\u0000\u0000\u0000\u000CJXL \r\n") },
        { "an ELF program", Ascii("\u007FELF\u0002\u0001") },
        { "a PDF document", Ascii("%PDF-1.7\n") },
        { "a ZIP archive", Ascii("PK\u0003\u0004\u0014") },
        { "an HTML page", Ascii("\r\n <!DocType HTML><html>") },
        { "an HTML page", Encoding.UTF8.GetBytes("\uFEFF<html lang=de>") },
        { "an SVG drawing", Ascii("<svg xmlns=") },
        { "an XML document", Ascii("<?xml version=\"1.0\"?>") },
        { "plain text", Ascii("Not found\n") },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    [Trait("Requirement", "R0-1.d")]
    public void Foreign_content_is_called_what_it_is(string name, byte[] bytes)
    {
        Assert.Equal($"this is {name} from byte 0 on, not a JPEG", Inspection.EveryWay(ImageFormat.Jpeg, bytes, 1).Fault?.Message);
        Assert.Equal($"this is {name} from byte 0 on, not a PNG", Inspection.EveryWay(ImageFormat.Png, [.. bytes, .. Enumerable.Repeat((byte)' ', 100)], 1).Fault?.Message);
    }

    [Fact]
    public void Unknown_content_is_shown_by_its_first_bytes()
    {
        Assert.Equal("not a JPEG: FFD8 expected, 0001 found at byte 0", Inspection.EveryWay(ImageFormat.Jpeg, [0, 1, 2, 3], 1).Fault?.Message);
        Assert.Equal("not a PNG: 89504E470D0A1A0A expected, 00 found at byte 0", Inspection.EveryWay(ImageFormat.Png, [0], 1).Fault?.Message);
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
