using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Tests.Names;

public class ImageNameTests
{
    [Fact]
    [Trait("Requirement", "R0-2.1.2.2")]
    public void The_parts_of_a_name_are_its_folder_its_last_segment_and_its_extension()
    {
        var name = ImageName.Parse("Iceland/Day 1/IMG_1.JPG", ImageTypes.Default);
        Assert.Equal("Iceland/Day 1", name.Folder);
        Assert.Equal("IMG_1.JPG", name.FileName);
        Assert.Equal("JPG", name.Extension);
        Assert.Equal("Iceland/Day 1/IMG_1.JPG", name.ToString());
        Assert.Equal("", ImageName.Parse("a.png", ImageTypes.Default).Folder);
    }

    [Fact]
    public void Twins_have_one_key_and_are_two_values()
    {
        var (one, two) = (ImageName.Parse("A.JPG", ImageTypes.Default), ImageName.Parse("a.jpg", ImageTypes.Default));
        Assert.Equal(one.Key, two.Key);
        Assert.NotEqual(one, two);
    }

    [Fact]
    [Trait("Requirement", "R0-2.1.2.2")]
    public void A_refused_type_is_named_with_the_accepted_ones()
    {
        var failure = Assert.Throws<WirephotoException>(() => ImageName.Parse("a.gif", ImageTypes.Default));
        Assert.Equal(ErrorCode.UnsupportedType, failure.Code);
        Assert.Contains("'.gif'", failure.Message);
        Assert.Contains("jpeg, jpg, png", failure.Message);
    }

    [Theory]
    [InlineData("a/../b.jpg", "'..'")]
    [InlineData("a\u202eb.jpg", "U+202E")]
    [InlineData("/a.jpg", "relative")]
    [InlineData("nul.jpg", "device")]
    [InlineData("x.png/a.jpg", "'x.png'")]
    public void A_refused_name_is_told_its_rule_without_the_character_itself(string text, string rule)
    {
        var failure = Assert.Throws<WirephotoException>(() => ImageName.Parse(text, ImageTypes.Default));
        Assert.Equal(ErrorCode.BadName, failure.Code);
        Assert.Contains(rule, failure.Message);
        Assert.DoesNotContain('\u202e', failure.Message);
    }

    [Fact]
    public void Other_types_can_be_accepted()
    {
        var types = new ImageTypes(["GIF", "webp"]);
        Assert.Equal(["gif", "webp"], types.All);
        Assert.Equal("a.Gif", ImageName.Parse("a.Gif", types).Text);
        Assert.False(ImageName.TryParse("a.jpg", types, out _));
        Assert.True(ImageName.TryParse("x.png/a.gif", types, out _));
    }

    [Fact]
    public void Types_are_letters_and_digits_without_a_dot()
    {
        foreach (var bad in (string[])["", ".jpg", "tar/gz", "jpg ", "abcdefghijklmnopq", "jpég"]) Assert.Throws<ArgumentException>(() => new ImageTypes([bad]));
        Assert.Throws<ArgumentException>(() => new ImageTypes([]));
    }
}
