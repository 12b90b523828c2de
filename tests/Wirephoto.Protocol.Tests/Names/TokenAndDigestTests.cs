using System.Security.Cryptography;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Tests.Names;

public class TokenAndDigestTests
{
    [Fact]
    public void A_digest_comes_back_from_its_text()
    {
        for (var i = 0; i < 100; i++)
        {
            var bytes = SHA256.HashData([(byte)i]);
            var digest = new Digest(bytes);
            Assert.Equal(bytes, digest.ToArray());
            Assert.Equal(Convert.ToHexStringLower(bytes), digest.ToString());
            Assert.True(Digest.TryParse(digest.ToString(), out var again));
            Assert.True(digest == again && digest.GetHashCode() == again.GetHashCode() && digest.Equals((object)again));
            bytes[31] ^= 1;
            Assert.True(digest != new Digest(bytes));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    [InlineData("E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("g3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(" 3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    public void Other_texts_are_no_digest(string text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void A_digest_has_32_bytes() => Assert.Throws<ArgumentOutOfRangeException>(() => new Digest(new byte[31]));

    [Fact]
    public void A_token_comes_back_from_its_text_with_leading_zeros()
    {
        foreach (var token in (UploadToken[])[default, new(1), new(UInt128.MaxValue), UploadToken.New()])
        {
            Assert.Equal(32, token.ToString().Length);
            Assert.True(UploadToken.TryParse(token.ToString(), out var again));
            Assert.Equal(token, again);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("000102030405060708090a0b0c0d0e0")]
    [InlineData("000102030405060708090a0b0c0d0e0f0")]
    [InlineData("000102030405060708090A0B0C0D0E0F")]
    [InlineData("{00102030405060708090a0b0c0d0e0}")]
    public void Other_texts_are_no_token(string text) => Assert.False(UploadToken.TryParse(text, out _));

    [Fact]
    public void New_tokens_differ() => Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => UploadToken.New()).Distinct().Count());
}
