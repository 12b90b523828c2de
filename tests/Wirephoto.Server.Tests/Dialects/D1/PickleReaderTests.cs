using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects.D1;
using Wirephoto.TestImages;

namespace Wirephoto.Server.Tests.Dialects.D1;

public sealed class PickleReaderTests
{
    const int Rounds = 20_000;

    static readonly byte[] Request = D1Message.Request("PUT", "a.png", [1, 2, 3])[4..];

    public static TheoryData<string> Hostile => [.. HostilePickles.All.Keys];

    [Theory]
    [InlineData(0x80, 0x04)]
    [InlineData(0x80, 0x03)]
    [InlineData(0x80, 0x05)]
    [Trait("Requirement", "R1-3.1")]
    [Trait("Requirement", "R1-3.4")]
    [Trait("Requirement", "R1-3.5")]
    [Trait("Requirement", "R1-3.6")]
    [Trait("Requirement", "R1-5.1")]
    public async Task The_five_members_are_read(byte proto, byte protocol)
    {
        var members = await ReadAsync([proto, protocol, .. Request[2..]]);

        Assert.Equal(
            [new("COMMAND", "PUT"), new("FILENAME", "a.png"), new("DETAILS", "None"), new("STATUS", "None"), new("FILE_DATA", "Data")],
            members.Select(member => new KeyValuePair<string, string>(member.Key, member.Value.Kind == PickleKind.Text ? member.Value.Text : member.Value.Kind.ToString())));
    }

    [Fact]
    public async Task Memos_single_items_long_forms_and_unknown_members_are_read()
    {
        byte[] pickle =
        [
            0x80, 3, 0x7d, 0x71, 0,
            0x58, 7, 0, 0, 0, .. "COMMAND"u8, 0x71, 1, 0x8d, 3, 0, 0, 0, 0, 0, 0, 0, .. "GET"u8, 0x72, 2, 0, 0, 0, 0x73,
            0x28, .. D1Message.Text("FILENAME"), 0x68, 2, .. D1Message.Text("DETAILS"), 0x6a, 2, 0, 0, 0, .. D1Message.Text("MORE"), 0x4e, 0x75,
            0x2e,
        ];

        var members = await ReadAsync(pickle);

        Assert.Equal(["GET", "GET", "GET", ""], members.Values.Select(value => value.Text));
    }

    [Theory]
    [MemberData(nameof(Hostile))]
    [Trait("Requirement", "R1-5.3")]
    public async Task What_is_no_request_is_refused_and_allocates_little(string name)
    {
        // Once before, so that what is made only once does not count. What remains is mostly the machinery of a debug build.
        await RefusedAsync(HostilePickles.All[name]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        await RefusedAsync(HostilePickles.All[name]);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 500_000);
    }

    [Fact]
    [Trait("Requirement", "R1-5.2")]
    public async Task A_pickle_that_ends_early_is_refused_at_every_byte()
    {
        for (var length = 0; length < Request.Length; length++) await RefusedAsync(Request[..length]);
    }

    [Fact]
    public async Task Changed_pickles_are_read_or_refused_and_never_anything_else()
    {
        var noise = new Noise(2026);
        byte[][] good = [Request, D1Message.List[4..], D1Message.Get("b.jpg")[4..]];
        byte[][] samples = [.. good, .. HostilePickles.All.Values.Where(pickle => pickle.Length is > 0 and < 1000)];
        var (read, refused) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var from = noise.Next(2) == 0 ? good : samples;
            var bytes = from[noise.Next(from.Length)].ToArray();
            for (var changes = 1 + noise.Next(2); changes > 0; changes--)
            {
                var at = noise.Next(bytes.Length);
                var other = samples[noise.Next(samples.Length)];
                bytes = noise.Next(4) switch
                {
                    0 => [.. bytes[..at], .. bytes[(at + 1)..], 0x2e],
                    1 => [.. bytes[..at], other[noise.Next(other.Length)], .. bytes[at..]],
                    2 => [.. bytes[..at], (byte)noise.Next(256), .. bytes[(at + 1)..]],
                    _ => [.. bytes[..at], .. other[Math.Min(at, other.Length)..]],
                };
                if (bytes.Length == 0) bytes = [0x80];
            }

            if (await OutcomeAsync(bytes) is { } members)
            {
                read++;
                Assert.InRange(members.Count, 0, 16);
                Assert.All(members.Values, value => Assert.NotEqual(PickleKind.Dictionary, value.Kind));
            }
            else
            {
                refused++;
            }
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{read} read, {refused} refused");
        Assert.InRange(read, Rounds / 100, Rounds);
        Assert.InRange(refused, Rounds / 100, Rounds);
    }

    static async Task RefusedAsync(byte[] pickle) => Assert.Null(await OutcomeAsync(pickle));

    static async Task<IReadOnlyDictionary<string, PickleValue>?> OutcomeAsync(byte[] pickle)
    {
        try
        {
            return await ReadAsync(pickle);
        }
        catch (WirephotoException refusal)
        {
            Assert.Equal(ErrorCode.BadHead, refusal.Code);
            Assert.StartsWith("the pickle ", refusal.Message, StringComparison.Ordinal);
            return null;
        }
    }

    static async Task<IReadOnlyDictionary<string, PickleValue>> ReadAsync(byte[] pickle)
    {
        await using var duplex = new Duplex(new MemoryStream(pickle));
        var reader = new PickleReader(new FrameInput(duplex, pickle.Length));
        while (await reader.ReadAsync(TestContext.Current.CancellationToken) is { } size)
        {
            await new BodyReader(duplex, size).DrainAsync(TestContext.Current.CancellationToken);
        }

        return reader.Members;
    }
}
