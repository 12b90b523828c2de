using Wirephoto.Images.Exif;
using Wirephoto.TestImages;

namespace Wirephoto.Images.Tests;

public class ExifOrientationTests
{
    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    [InlineData(false, 3000)]
    public void All_eight_are_read_in_both_byte_orders_wherever_the_directory_is(bool littleEndian, int gap)
    {
        for (var orientation = 1; orientation <= 8; orientation++)
            Assert.Equal(orientation, Read(TestExif.Make(orientation, littleEndian, gap)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    [InlineData(65535)]
    public void An_illegal_orientation_counts_as_none(int orientation) => Assert.Equal(1, Read(TestExif.Make(orientation)));

    [Fact]
    public void A_long_value_is_accepted_and_other_types_or_counts_are_not()
    {
        Assert.Equal(6, Read(TestExif.Directory(false, 0, (0x0112, 4, 1, 6))));
        Assert.Equal(1, Read(TestExif.Directory(true, 0, (0x0112, 2, 1, 6))));
        Assert.Equal(1, Read(TestExif.Directory(true, 0, (0x0112, 3, 2, 6))));
        Assert.Equal(1, Read(TestExif.Directory(true, 0)));
    }

    [Fact]
    public void Only_the_first_orientation_counts()
    {
        Assert.Equal(3, Read(TestExif.Directory(true, 0, (0x0112, 3, 1, 3), (0x0112, 3, 1, 6))));
    }

    [Fact]
    public void A_directory_before_the_header_or_beyond_the_data_is_none()
    {
        var exif = TestExif.Make(6);
        exif[4] = 4;
        Assert.Equal(1, Read(exif));
        exif.AsSpan(4, 4).Fill(0xFF);
        Assert.Equal(1, Read(exif));
    }

    [Fact]
    public void Data_that_is_no_tiff_structure_is_none()
    {
        var exif = TestExif.Make(6);
        exif[2] = 43;
        Assert.Equal(1, Read(exif));
        Assert.Equal(1, Read([.. "XX"u8, .. TestExif.Make(6).AsSpan(2)]));
    }

    [Fact]
    public void A_second_exif_segment_does_not_change_the_first()
    {
        var bytes = JpegSamples.Of(TestExif.Segment(TestExif.Make(5)), TestExif.Segment(TestExif.Make(2)), TestJpeg.FrameHeader(8, 8), JpegSamples.Scan);
        Assert.Equal(5, Inspection.EveryWay(ImageFormat.Jpeg, bytes, seed: 1).Facts?.Orientation);
    }

    [Fact]
    public void A_segment_that_ends_inside_the_exif_data_leaves_the_image_valid_and_upright()
    {
        var exif = TestExif.Make(6);
        for (var length = 0; length < exif.Length; length++)
        {
            var bytes = JpegSamples.Of(TestExif.Segment(exif.AsSpan(0, length)), TestJpeg.FrameHeader(8, 8), JpegSamples.Scan);
            var orientation = Inspection.EveryWay(ImageFormat.Jpeg, bytes, seed: 1).Facts?.Orientation;
            // The entry is whole from byte 34 on: header 8, count 2, two entries of 12.
            Assert.Equal(length < 34 ? 1 : 6, orientation);
        }
    }

    private static int Read(byte[] exif)
    {
        var (whole, pieces) = (new ExifOrientation(), new ExifOrientation());
        whole.Append(exif);
        foreach (var value in exif)
            pieces.Append([value]);
        Assert.Equal(whole.Value, pieces.Value);
        return whole.Value;
    }
}
