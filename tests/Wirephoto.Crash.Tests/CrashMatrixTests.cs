using System.Collections.Concurrent;
using Wirephoto.Crash.Tests.Checking;
using Wirephoto.Crash.Tests.Running;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Crash.Tests;

public sealed class CrashMatrixTests(ITestOutputHelper output)
{
    // Two servers at a time: most of a life is waiting for a start or for the disk.
    const int Lanes = 2;

    [Fact]
    public async Task Whatever_step_a_server_is_killed_at_nothing_acknowledged_is_lost_and_nothing_half_shows()
    {
        var table = new MatrixTable();
        var points = new ConcurrentQueue<CrashPoint>(Enum.GetValues<CrashPoint>());
        var missed = new ConcurrentQueue<CrashPoint>();

        await Task.WhenAll(Enumerable.Range(1, Lanes).Select(async number =>
        {
            using var lane = new Lane(number, table);
            await lane.LiveAsync(new Life { Rounds = 1 });
            while (points.TryDequeue(out var point))
            {
                if (!await Matrix.KillAtAsync(lane, point, time: 1 + (int)point % 2)) missed.Enqueue(point);
            }

            await lane.LiveAsync(new Life { Rounds = 1, FetchAll = true });
            output.WriteLine($"lane {number}: {lane.Ledger.Receipts} receipts, {lane.Ledger.Deletions} acknowledged deletions, {lane.Ledger.Names.Count} names");
        }));

        output.WriteLine(table.ToString());
        foreach (var fault in table.Faults) output.WriteLine(fault);
        Assert.Empty(missed);
        Assert.Empty(table.Faults);
    }

    [Fact]
    public async Task Killed_at_random_moments_hundreds_of_times_it_loses_nothing()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("WIREPHOTO_LONG") == "1", "the long run only (./test --long)");
        const int Kills = 500;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("WIREPHOTO_SEED"), out var given) ? given : Environment.TickCount & 0xFFFFFF;
        output.WriteLine($"seed {seed}; repeat with WIREPHOTO_SEED={seed}");
        var table = new MatrixTable();

        await Task.WhenAll(Enumerable.Range(1, Lanes).Select(async number =>
        {
            var random = new Random(seed + number);
            while (table.Kills < Kills)
            {
                // A folder of its own now and then, so that old ones with many files and new ones are both met.
                using var lane = new Lane(number, table);
                for (var life = 0; life < 30 && table.Kills < Kills; life++) await lane.LiveAsync(Random(random));
                await lane.LiveAsync(new Life { Rounds = 1, FetchAll = true });
                output.WriteLine($"lane {number}: {lane.Ledger.Receipts} receipts, {lane.Ledger.Deletions} acknowledged deletions, {lane.Ledger.Names.Count} names");
            }
        }));

        output.WriteLine(table.ToString());
        foreach (var fault in table.Faults) output.WriteLine(fault);
        Assert.True(table.Kills >= Kills);
        Assert.Empty(table.Faults);
    }

    // Half by the clock, in any phase, half at a point, the how-manieth time whatever.
    static Life Random(Random random)
    {
        if (random.Next(2) == 0) return new Life { Point = random.GetItems(Enum.GetValues<CrashPoint>(), 1)[0], Time = random.Next(1, 12), Rounds = 4 };
        var phase = random.GetItems([Phase.Starting, Phase.Recovering, Phase.Serving, Phase.Serving, Phase.Serving, Phase.Stopping], 1)[0];
        var most = phase == Phase.Stopping ? 60 : 600;
        return new Life { KilledWhile = phase, StopsUnderLoad = phase == Phase.Stopping, After = TimeSpan.FromMilliseconds(random.Next(most)), Rounds = phase >= Phase.Serving ? 100 : 1 };
    }
}
