using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Targets;

namespace Wirephoto.Fuzz.Tests;

public sealed class TargetTests(ITestOutputHelper output)
{
    static readonly bool IsLong = Environment.GetEnvironmentVariable("WIREPHOTO_LONG") is not null;

    public static TheoryData<string> Targets => [.. AllTargets.Names];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task A_few_seconds_of_made_up_inputs_find_nothing(string name)
    {
        var target = AllTargets.Make(name)!;
        try
        {
            using var watch = new Watch(input => Environment.FailFast($"{name} does not come to an end: {Convert.ToHexString(input.Bytes)}"));
            var campaign = new Campaign(target, seed: 20261120, watch);
            var most = IsLong ? target.TestInputs * 10L : target.TestInputs;
            await campaign.RunAsync(inputs => inputs < most);
            output.WriteLine($"{campaign.Inputs} inputs, {campaign.Shapes} shapes: {string.Join(", ", campaign.Codes)}");

            Assert.Empty(campaign.Findings.Select(finding => $"{Convert.ToHexString(finding.Bytes)}: {finding.Message}"));

            // An attack that is always refused in the same way says nothing.
            Assert.True(campaign.Shapes > 3);
        }
        finally
        {
            await DisposeAsync(target);
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task What_was_found_once_stays_mended(string name)
    {
        var target = AllTargets.Make(name)!;
        try
        {
            var probe = new Probe(target);
            foreach (var file in SavedFindings.Of(target))
            {
                var (_, finding) = await probe.RunAsync(new FuzzInput(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)));
                Assert.True(finding is null, $"{Path.GetFileName(file)}: {finding}");
            }
        }
        finally
        {
            await DisposeAsync(target);
        }
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_attack()
    {
        async Task<string> RunAsync(int seed)
        {
            var campaign = new Campaign(new PickleTarget(), seed);
            await campaign.RunAsync(inputs => inputs < 2000);
            return string.Join(", ", campaign.Codes);
        }

        Assert.Equal(await RunAsync(1), await RunAsync(1));
        Assert.NotEqual(await RunAsync(1), await RunAsync(2));
    }

    static async ValueTask DisposeAsync(FuzzTarget target)
    {
        if (target is IAsyncDisposable later) await later.DisposeAsync();
        else (target as IDisposable)?.Dispose();
    }
}
