using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Tests.Vectors;

namespace Wirephoto.Protocol.Tests.Mutation;

public class HeadMutationTests
{
    static readonly byte[][] Seeds = [.. VectorFiles.All.Values.Where(v => v.Kind != "name").OrderBy(v => v.Name, StringComparer.Ordinal)
        .Where(v => v.HeadEnd <= v.Bytes.Length && v.HeadEnd < 2000).Select(v => v.Head)];

    static readonly byte[][] Tokens = [.. ((string[])["{", "}", "[", "]", "\"", "\\", ",", ":", " ", "\n", "0", "9", "-", ".", "e1", "null", "true", "\\u0061", "\\ud83d", "\\ude00", "\"type\":", "\"id\":", "é", "📷", "\u0001"])
        .Select(Encoding.UTF8.GetBytes), [0xff], [0xc0], [0xed, 0xa0, 0x80]];

    [Fact]
    public void The_slow_rules_agree_with_every_frozen_head()
    {
        foreach (var vector in VectorFiles.All.Values.Where(v => v.Kind == "head" && v.Bytes.Length == v.HeadEnd))
            Assert.True(vector.Expect == "ok" == (SlowHead.Read(vector.Head) is not null), vector.Name);
    }

    [Fact]
    public void Mutated_heads_are_accepted_exactly_when_the_slow_rules_accept_them()
    {
        const int Rounds = 60_000;
        var random = new Random(20261120);
        var accepted = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Mutate(random, Seeds[random.Next(Seeds.Length)]);
            var expected = SlowHead.Read(bytes);
            var head = Parse(bytes);
            Assert.True(expected is not null == head is not null, $"round {round}: {Convert.ToHexString(bytes)}");
            if (expected is null) continue;

            accepted++;
            AgreeOnMembers(expected, head!.Value);
            ReadAsRequest(head.Value);
        }

        // The test would say nothing if mutation broke everything, or nothing.
        Assert.InRange(accepted, Rounds / 20, Rounds * 19 / 20);
    }

    static Head? Parse(byte[] bytes)
    {
        try
        {
            return HeadParser.Parse(bytes);
        }
        catch (WirephotoException refusal)
        {
            Assert.Equal(ErrorCode.BadHead, refusal.Code);
            return null;
        }
    }

    static void AgreeOnMembers(Dictionary<string, object?> expected, Head head)
    {
        foreach (var (name, value) in expected)
        {
            Assert.True(head.Has(name));
            if (value is string text) Assert.Equal(text, head.Text(name));
            else if (value is long number) Assert.Equal(number, head.Number(name));
            else if (value is bool flag) Assert.Equal(flag, head.OptionalFlag(name));
        }
    }

    static void ReadAsRequest(Head head)
    {
        Request request;
        try
        {
            request = Codec.ReadRequest(head);
        }
        catch (WirephotoException refusal)
        {
            Assert.True(refusal.Code is ErrorCode.BadHead or ErrorCode.BadRequest or ErrorCode.UnknownRequest);
            return;
        }

        var written = Codec.Write(request);
        Assert.Equal(written, Codec.Write(Codec.ReadRequest(HeadParser.Parse(written.AsMemory(2)))));
    }

    static byte[] Mutate(Random random, byte[] seed)
    {
        var bytes = seed.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(bytes.Count + 1);
            var count = Math.Min(random.Next(1, 8), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0 when at < bytes.Count:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes.RemoveRange(at, count);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                case 3:
                    var other = Seeds[random.Next(Seeds.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other[from..random.Next(from, other.Length)]);
                    break;
                default:
                    bytes.InsertRange(at, Tokens[random.Next(Tokens.Length)]);
                    break;
            }
        }

        return [.. bytes];
    }
}
