using Wirephoto.Fuzz.Engine;

namespace Wirephoto.Fuzz.Tests;

/// <summary>Decoders with faults of every kind: an attack that would not find these would prove nothing.</summary>
public sealed class EngineTests
{
    [Fact]
    public async Task A_decoder_that_throws_is_found_with_the_shortest_input()
    {
        var finding = await AttackAsync(payload => payload.AsSpan().IndexOf("bad"u8) >= 0 ? throw new InvalidOperationException("bad") : true);
        Assert.Equal("bad"u8.ToArray(), finding.Bytes[FuzzInput.CutBytes..]);
    }

    [Fact]
    public async Task A_decoder_that_allocates_by_what_the_input_claims_is_found()
    {
        var finding = await AttackAsync(payload => payload.Length > 0 && new byte[payload[0] << 11].Length >= 0);
        Assert.Contains("allocated", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_decoder_that_takes_what_the_slow_rule_refuses_is_found()
    {
        var finding = await AttackAsync(payload => payload is not [0xff, ..], slow: payload => payload is not [0xff or 0xfe, ..]);
        Assert.Contains("disagree", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decoder_that_does_not_come_to_an_end_is_noticed()
    {
        using var noticed = new ManualResetEventSlim();
        using var watch = new Watch(_ => noticed.Set(), TimeSpan.FromMilliseconds(40));
        watch.Begin(FuzzInput.Of("x"u8));
        Assert.True(noticed.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(0, new[] { 5 })]
    [InlineData(1, new[] { 1, 1, 1, 1, 1 })]
    public void The_input_decides_how_it_is_cut(byte cut, int[] expected)
    {
        using var stream = new CutStream(new FuzzInput([cut, 0, .. "photo"u8]));
        var buffer = new byte[100];
        Assert.Equal(expected, expected.Select(_ => stream.Read(buffer.AsSpan())));
        Assert.Equal(0, stream.Read(buffer.AsSpan()));
    }

    static async Task<Finding> AttackAsync(Func<byte[], bool> decode, Func<byte[], bool>? slow = null)
    {
        var campaign = new Campaign(new FaultyTarget(decode, slow), seed: 1);
        await campaign.RunAsync(inputs => inputs < 50_000);
        return Assert.Single(campaign.Findings);
    }

    sealed class FaultyTarget(Func<byte[], bool> decode, Func<byte[], bool>? slow) : FuzzTarget
    {
        public override string Name => "faulty";

        public override int MostBytes => 100;

        public override IReadOnlyList<byte[]> Tokens { get; } = ["b"u8.ToArray(), "bad"u8.ToArray(), [0xfe]];

        public override IEnumerable<byte[]> Seeds() => ["good"u8.ToArray(), [0]];

        public override ValueTask<Verdict> DecodeAsync(FuzzInput input) => ValueTask.FromResult(decode(input.Payload) ? Verdict.Of("yes", null) : new Verdict("no", "no"));

        public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
        {
            FindingException.Unless(slow is null || slow(input.Payload) == verdict.Accepted, "they disagree");
            return ValueTask.CompletedTask;
        }
    }
}
