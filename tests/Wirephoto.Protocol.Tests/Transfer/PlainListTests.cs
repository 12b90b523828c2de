using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Transfer;

public class PlainListTests
{
    static readonly string[] Pieces =
    [
        "a", "Z", "0", "-", "_", ".", "/", " ", "~", "\"", "\\", "\n", "\u0001", "\u007f", "é", "e\u0301", "日本", "📷", "\ud83d", "\u2028", "<", "&", "'", "+", "img_", ".jpg", ".png",
    ];

    static readonly byte[][] Tokens =
    [
        .. ((string[])["{", "}", "\"", "\\", ",", ":", " ", "\n", "\r", "0", "9", "00", "-1", "1.5", "9007199254740991", "9007199254740992", "null", "{}", "[]",
            "\\u0061", "\\n", "\"folder\":\"b\",", "\"length\":3,", ",\"length\":3", ",\"more\":1", ",\"format\":\"png\"", ",\"width\":7", "é", "📷", "\u0001", "Z", "T24", "F", "g"])
            .Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc3], [0xed, 0xa0, 0x80],
    ];

    [Fact]
    public void Every_line_is_written_in_the_bytes_that_its_members_give()
    {
        var random = new Random(20261120);
        using var lines = new LinesWriter();
        using var members = new LinesWriter();
        for (var i = 0; i < 20_000; i++)
        {
            var entry = Entry(random);
            lines.Add(entry);
            members.Add(entry.Write);
        }

        Assert.Equal(members.Count, lines.Count);
        Assert.Equal(Encoding.UTF8.GetString(members.ToBody()), Encoding.UTF8.GetString(lines.ToBody()));
    }

    [Fact]
    public void A_listing_reads_as_its_lines_read_as_heads()
    {
        var random = new Random(20261121);
        for (var i = 0; i < 200; i++) Agree(Body(random, lines: random.Next(50)));
    }

    // Bad UTF-8, other spellings, members twice or in another order, values that are none: each is accepted, or refused in the same words, as the head is.
    [Fact]
    public void Mutated_listings_are_accepted_or_refused_as_their_lines_are_as_heads()
    {
        var random = new Random(20261122);
        const int Rounds = 40_000;
        var accepted = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var body = Body(random, lines: 1 + random.Next(2));
            for (var change = random.Next(3); change >= 0; change--) body = Mutate(random, body);
            if (Agree(body)) accepted++;
        }

        Assert.InRange(accepted, Rounds / 20, Rounds * 19 / 20);
    }

    [Theory]
    [InlineData("{\"filename\":\"a.png\",\"length\":69,\"sha256\":\"9f9313266dd083035c76096dada1ade26277c544f32c1d5a2c7379d9c778747a\",\"format\":\"png\",\"width\":1,\"height\":1,\"modified\":\"2026-11-20T12:18:39.5Z\",\"stored\":\"2026-11-20T12:20:00.0213Z\"}\n", true)]
    [InlineData("{\"filename\":\"Zürich/é.png\",\"length\":0}", true)]
    [InlineData("{\"folder\":\"b\"}\n", true)]
    [InlineData("{\"length\":69,\"filename\":\"a.png\"}\n", false)]
    [InlineData("{ \"filename\":\"a.png\",\"length\":69}\n", false)]
    [InlineData("{\"filename\":\"\\u0061.png\",\"length\":69}\n", false)]
    [InlineData("{\"filename\":\"a.png\",\"length\":69,\"more\":[]}\n", false)]
    [InlineData("{\"filename\":\"a.png\",\"length\":9007199254740991}\n", false)]
    public void The_usual_spelling_is_read_without_a_document_and_any_other_means_the_same(string body, bool plain)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(plain, new PlainListReader(bytes).TryRead(out _));
        Assert.True(Agree(bytes));
    }

    static bool Agree(byte[] body)
    {
        var (expected, refusal) = Read(() => [.. LinesReader.Read(body).Select(ListEntry.Read)]);
        var (entries, refused) = Read(() => LinesReader.ReadListing(body));
        Assert.True(refusal == refused, $"'{refusal}' and '{refused}': {Encoding.Latin1.GetString(body)}");
        Assert.Equal(expected, entries);
        return refusal is null;
    }

    static (IReadOnlyList<ListEntry> Entries, string? Refusal) Read(Func<IReadOnlyList<ListEntry>> read)
    {
        try
        {
            return (read(), null);
        }
        catch (WirephotoException refusal)
        {
            return ([], $"{refusal.Code}: {refusal.Message}");
        }
    }

    static byte[] Body(Random random, int lines)
    {
        using var writer = new LinesWriter();
        for (var i = 0; i < lines; i++) writer.Add(Entry(random));
        var body = writer.ToBody();
        return body.Length > 0 && random.Next(4) == 0 ? body[..^1] : body;
    }

    static ListEntry Entry(Random random)
    {
        var name = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(random.Next(2) == 0 ? 9 : Pieces.Length)]));
        if (random.Next(8) == 0) return new ListEntry(null, name);
        var digest = new byte[Digest.Size];
        random.NextBytes(digest);
        return new ListEntry(
            new ImageInfo(
                name, Number(random), Perhaps(random, new Digest(digest)), random.Next(4) switch { 0 => null, 1 => name, 2 => "jpeg", _ => "png" },
                Perhaps(random, Number(random)), Perhaps(random, Number(random)), Perhaps(random, Time(random)), Perhaps(random, Time(random))),
            null);
    }

    static T? Perhaps<T>(Random random, T value)
        where T : struct => random.Next(4) == 0 ? null : value;

    static long Number(Random random) => random.NextInt64(1L << random.Next(1, 54));

    static DateTimeOffset Time(Random random)
    {
        var ticks = random.NextInt64(DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay) + TimeSpan.TicksPerDay;
        return new DateTimeOffset(ticks - (random.Next(2) == 0 ? ticks % TimeSpan.TicksPerSecond : 0), TimeSpan.FromMinutes(random.Next(-60, 60)));
    }

    static byte[] Mutate(Random random, byte[] body)
    {
        var at = random.Next(body.Length);
        var length = random.Next(Math.Min(12, body.Length - at));
        byte[] with = random.Next(4) switch
        {
            0 => [],
            1 => [(byte)random.Next(256)],
            2 => body[at..(at + length)],
            _ => Tokens[random.Next(Tokens.Length)],
        };

        // Members begin and end at commas: there, something happens that both spellings could take for theirs.
        if (random.Next(2) == 0 && Array.IndexOf(body, (byte)',', at) is >= 0 and var comma) (at, length) = (comma, 0);
        return [.. body[..at], .. with, .. body[(at + length)..]];
    }
}
