using System.Text;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Protocol.Tests.Names;

public class Utf8OrderTests
{
    // The edges of one, two, three and four byte sequences and of the surrogates.
    static readonly int[] Edges = [0x20, 0x41, 0x61, 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFD, 0xFFFF, 0x10000, 0x1F4F7, 0x10FFFF];

    [Fact]
    public void Text_sorts_like_its_utf8_bytes()
    {
        var random = new Random(4);
        for (var round = 0; round < 50_000; round++)
        {
            var (left, right) = (RandomText(random), RandomText(random));
            if (random.Next(3) == 0) right = left + right;
            var expected = Math.Sign(Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right)));
            Assert.Equal(expected, Math.Sign(Utf8Order.Instance.Compare(left, right)));
            Assert.Equal(-expected, Math.Sign(Utf8Order.Instance.Compare(right, left)));
        }
    }

    [Fact]
    public void Two_edges_that_share_their_first_half_are_told_apart()
    {
        foreach (var left in Edges)
        {
            foreach (var right in Edges.Append(0x1F4F8).Append(0x10FFFE))
            {
                var (l, r) = ("x" + char.ConvertFromUtf32(left), "x" + char.ConvertFromUtf32(right));
                Assert.Equal(left.CompareTo(right), Math.Sign(Utf8Order.Instance.Compare(l, r)));
            }
        }
    }

    [Fact]
    public void Null_comes_first_like_the_empty_text() => Assert.True(Utf8Order.Instance.Compare(null, "a") < 0);

    static string RandomText(Random random)
    {
        var text = new StringBuilder();
        for (var left = random.Next(6); left > 0; left--) text.Append(char.ConvertFromUtf32(Edges[random.Next(Edges.Length)]));
        return text.ToString();
    }
}
