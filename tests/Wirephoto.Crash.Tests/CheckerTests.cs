using Microsoft.Data.Sqlite;
using Wirephoto.Crash.Tests.Checking;
using Wirephoto.Crash.Tests.Running;

namespace Wirephoto.Crash.Tests;

/// <summary>A checker that finds nothing proves nothing: here it meets what it is there for.</summary>
public sealed class CheckerTests
{
    [Fact]
    public async Task The_checker_finds_what_is_lost_half_overwritten_stray_or_misrecorded()
    {
        var table = new MatrixTable();
        using var lane = new Lane(1, table);
        await lane.LiveAsync(new Life { Rounds = 1 });
        await lane.LiveAsync(new Life { Rounds = 1 });
        Assert.Empty(table.Faults);
        var stored = lane.Ledger.Names.Where(name => !name.Value.Absent).Select(name => name.Key).Order(StringComparer.Ordinal).ToList();
        IndexCheck.Run(lane.Folder, lane.Ledger);
        Assert.Empty(lane.Ledger.TakeFaults());

        string In(string name) => Path.Combine(lane.Folder, name);
        File.Delete(In(stored[0]));
        File.WriteAllBytes(In(stored[1]), File.ReadAllBytes(In(stored[2])));
        using (var file = File.OpenWrite(In(stored[3]))) file.SetLength(100);
        File.Copy(In(stored[4]), In("stray.jpg"));
        FolderCheck.Run(lane.Folder, lane.Ledger);
        Assert.Equal([FaultKind.Lost, FaultKind.Visible, FaultKind.Overwritten, FaultKind.Overwritten], lane.Ledger.TakeFaults().Select(fault => fault.Kind).Order());

        using (var index = new SqliteConnection($"Data Source={lane.IndexPath};Pooling=False"))
        {
            await index.OpenAsync(TestContext.Current.CancellationToken);
            using var change = index.CreateCommand();
            change.CommandText = "UPDATE image SET digest = zeroblob(32) WHERE name = $name";
            change.Parameters.AddWithValue("$name", stored[5]);
            change.ExecuteNonQuery();
        }

        // Gone, changed, cut, new, a wrong digest, and the totals.
        IndexCheck.Run(lane.Folder, lane.Ledger);
        Assert.Equal(Enumerable.Repeat(FaultKind.Index, 6), lane.Ledger.TakeFaults().Select(fault => fault.Kind));

        lane.Ledger.Uploads.Clear();
        File.WriteAllBytes(Path.Combine(StagingCheck.Folder(lane.Folder), new string('a', 32)), [1]);
        StagingCheck.Run(lane.Folder, lane.Ledger);
        Assert.Contains(lane.Ledger.TakeFaults(), fault => fault.Kind == FaultKind.Staging && fault.What.StartsWith("aaaa", StringComparison.Ordinal));
    }
}
