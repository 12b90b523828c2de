using System.Security.Cryptography;
using System.Text;
using Wirephoto.Protocol.Hashing;

namespace Wirephoto.Protocol.Tests.Hashing;

/// <summary>Digests of several messages at once are those of each alone, with the lanes of vectors where the processor has them.</summary>
public sealed class Sha256TogetherTests
{
    readonly Random random = new(20261129);

    [Fact]
    public void The_examples_of_the_standard_have_their_digests()
    {
        const string TwoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
        var digests = InLanes([.. new[] { "abc", "", TwoBlocks, "abc", TwoBlocks, "", "abc", "" }.Select(Encoding.ASCII.GetBytes)]);

        Assert.Equal("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", digests[0].ToString());
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", digests[1].ToString());
        Assert.Equal("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1", digests[2].ToString());
        Assert.Equal((digests[0], digests[1], digests[2]), (digests[6], digests[7], digests[4]));
    }

    [Fact]
    public void Every_length_around_the_ends_of_blocks_is_padded_right_in_every_lane()
    {
        for (var length = 0; length <= 200; length++) AssertRight([.. Enumerable.Range(0, 8).Select(lane => Message(length + lane))]);
    }

    [Fact]
    public void Lanes_whose_messages_have_any_lengths_end_when_they_end()
    {
        for (var round = 0; round < 200; round++)
        {
            var messages = Enumerable.Range(0, random.Next(1, 9)).Select(_ => Message(random.Next(4) == 0 ? random.Next(40_000) : random.Next(300))).ToArray();
            AssertRight(messages);
        }
    }

    [Fact]
    public void Messages_that_begin_anywhere_in_their_memory_are_read_from_there()
    {
        var memory = Message(10_000);
        var messages = Enumerable.Range(0, 8).Select(lane => new ReadOnlyMemory<byte>(memory, lane * 3 + 1, 4_000 + lane)).ToArray();
        var digests = new Digest[8];

        Sha256Together.HashAll(messages, digests);

        Assert.Equal(messages.Select(message => new Digest(SHA256.HashData(message.Span))), digests);
    }

    [Theory]
    [InlineData(new[] { 100, 100, 100, 100, 100, 100, 100, 100 }, 8)]
    [InlineData(new[] { 100, 100, 100, 100, 100 }, 5)]
    [InlineData(new[] { 100, 100, 100, 100 }, 0)]
    [InlineData(new[] { 90_000, 100, 100, 100, 100, 100, 100, 100 }, 7)]
    [InlineData(new[] { 100, 90_000, 100, 90_000, 100, 90_000, 100, 100 }, 5)]
    [InlineData(new[] { 10, 1_000, 100_000 }, 0)]
    [InlineData(new int[0], 0)]
    public void No_lane_holds_up_the_others_for_longer_than_they_would_take_one_by_one(int[] lengths, int expected)
    {
        Assert.SkipUnless(Sha256Lanes.IsSupported, "this processor has no such vectors");
        Span<int> lanes = stackalloc int[8];

        var count = Sha256Together.ChooseLanes([.. lengths.Select(length => new ReadOnlyMemory<byte>(new byte[length]))], lanes);

        Assert.Equal(expected, count);
        Assert.All(lanes[..count].ToArray(), lane => Assert.True(lengths[lane] <= 100));
    }

    byte[] Message(int length)
    {
        var message = new byte[length];
        random.NextBytes(message);
        return message;
    }

    static void AssertRight(byte[][] messages)
    {
        var expected = messages.Select(message => new Digest(SHA256.HashData(message))).ToArray();
        var digests = new Digest[messages.Length];
        Sha256Together.HashAll([.. messages.Select(message => new ReadOnlyMemory<byte>(message))], digests);

        Assert.Equal(expected, digests);
        Assert.Equal(expected, InLanes(messages));
    }

    // All of them, whether that is quicker or not.
    static Digest[] InLanes(byte[][] messages)
    {
        Assert.SkipUnless(Sha256Lanes.IsSupported, "this processor has no such vectors");
        var digests = new Digest[messages.Length];
        Sha256Together.HashInLanes([.. messages.Select(message => new ReadOnlyMemory<byte>(message))], [.. Enumerable.Range(0, messages.Length)], digests);
        return digests;
    }
}
