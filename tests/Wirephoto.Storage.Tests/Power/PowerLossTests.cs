namespace Wirephoto.Storage.Tests.Power;

/// <summary>The power fails after every single effect, and what was not flushed is gone, wholly or in part.</summary>
public sealed class PowerLossTests(ITestOutputHelper output)
{
    // Memory, where there is such a file system: what is flushed there after the cut is not what is tested.
    static readonly string Target = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    [Fact]
    public async Task Whenever_the_power_fails_what_was_acknowledged_is_whole_and_nothing_half_is_served()
    {
        using var run = await PowerRun.RunAsync(Honesty.Full);
        var cuts = 0;
        for (var state = 0; state < run.Medium.States.Count; state++)
        {
            foreach (var (leaves, index) in Cuts(state, everything: Environment.GetEnvironmentVariable("WIREPHOTO_LONG") == "1"))
            {
                var faults = await CutAsync(run, state, leaves, index, seed: cuts++);
                Assert.True(faults.Count == 0, $"after effect {state} ({run.Medium.States[state].Effect}), {leaves} left, index {index}, cut {cuts - 1}: {string.Join("; ", faults)}");
            }
        }

        output.WriteLine($"{run.Medium.States.Count} effects, {cuts} power cuts, {run.Ledger.Acknowledged} acknowledgements: nothing lost, nothing half served");
    }

    [Theory]
    [InlineData(Honesty.ForgetsFiles, "top.jpg: 400 bytes are served that are not the image")]
    [InlineData(Honesty.ForgetsImageNames, "top.jpg: lost")]
    [InlineData(Honesty.ForgetsNewFolders, "a/b/nested.jpg: lost")]
    [InlineData(Honesty.ForgetsRemovals, "top.jpg: 400 bytes are served that are not the image")]
    [InlineData(Honesty.FlushesFilesLate, "top.jpg: 400 bytes are served that are not the image")]
    public async Task A_flush_that_is_missing_or_late_is_found(object missing, string fault)
    {
        using var run = await PowerRun.RunAsync((Honesty)missing);
        var found = new List<string>();
        for (var state = 0; state < run.Medium.States.Count && found.Count == 0; state++)
        {
            foreach (var (leaves, index) in new[] { (Leaves.Nothing, IndexAge.Newest), (Leaves.Names, IndexAge.Lost) })
            {
                foreach (var broken in await CutAsync(run, state, leaves, index, seed: state))
                    found.Add($"after effect {state} ({run.Medium.States[state].Effect}), {leaves} left, index {index}: {broken}");
            }
        }

        output.WriteLine($"{missing}: {found.FirstOrDefault()}");
        Assert.Contains(found, broken => broken.Contains(fault, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_index_that_forgot_a_removal_would_tell_a_wrong_digest_which_is_why_removals_are_flushed()
    {
        using var run = await PowerRun.RunAsync(Honesty.Full);
        var before = run.Medium.States[run.Ledger.FirstAcknowledged("a/b/nested.jpg")].Index;

        var faults = await CutAsync(run, run.Medium.States.Count - 1, Leaves.Nothing, before, new Random(1));

        Assert.Contains("top.jpg: the digest is not that of its bytes", faults);
    }

    // Every combination would take minutes: short runs change the index with the effect.
    static IEnumerable<(Leaves Leaves, IndexAge Index)> Cuts(int state, bool everything)
    {
        if (everything) return from leaves in Enum.GetValues<Leaves>() from index in Enum.GetValues<IndexAge>() select (leaves, index);
        IndexAge Age(int turn) => (IndexAge)((state + turn) % 3);
        return [(Leaves.Nothing, Age(0)), (Leaves.Names, Age(1)), (Leaves.Some, Age(2))];
    }

    static Task<IReadOnlyList<string>> CutAsync(PowerRun run, int state, Leaves leaves, IndexAge age, int seed)
    {
        var random = new Random(seed);
        return CutAsync(run, state, leaves, Index(run, state, age, random), random);
    }

    static async Task<IReadOnlyList<string>> CutAsync(PowerRun run, int state, Leaves leaves, IndexFiles index, Random random)
    {
        var folder = Path.Combine(Target, $"wirephoto-power-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            new PowerCut(leaves, random).Write(run.Medium.States[state].Root, folder);
            Directory.CreateDirectory(Path.Combine(folder, ".wirephoto"));
            index.Write(Path.Combine(folder, ".wirephoto", "index.db"));
            return await new Reboot(folder, run.Ledger, effect: state + 1).CheckAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The index at its newest is what it was just before the next effect. At its oldest it knows of the removals that were acknowledged,
    // because the index flushes those (IndexFlushTests).
    static IndexFiles Index(PowerRun run, int state, IndexAge age, Random random)
    {
        var newest = Math.Min(state + 1, run.Medium.States.Count - 1);
        return age switch
        {
            IndexAge.Lost => IndexFiles.None,
            IndexAge.Old => run.Medium.States[random.Next(Math.Min(run.Ledger.LastRemoval(state + 1), newest), newest + 1)].Index,
            _ => run.Medium.States[newest].Index,
        };
    }
}

/// <summary>What is left of the index, which goes its own way to the disk.</summary>
enum IndexAge
{
    Newest,
    Old,
    Lost,
}
