using Wirephoto.Crash.Tests.Checking;
using Wirephoto.Crash.Tests.Clients;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Crash.Tests.Running;

/// <summary>For each point what must have happened before, so that a server reaches it.</summary>
static class Matrix
{
    /// <summary>Kills a server at a point, after the lives that lead there; false: it was not reached.</summary>
    public static async Task<bool> KillAtAsync(Lane lane, CrashPoint point, int time)
    {
        switch (point)
        {
            case CrashPoint.StartSidecarRemoved or CrashPoint.StartReceiptsRecorded or CrashPoint.StartLeftoverRemoved:
                // An upload in pieces that has its name, and a staging file that the commit had no time to remove.
                await lane.LiveAsync(new Life { Point = CrashPoint.CommitNamesFlushed, Work = Work.Pieces });
                break;
            case CrashPoint.SweepUploadRemoved:
                await lane.LiveAsync(new Life { Work = Work.Pieces, Rounds = 1 });
                break;
            case CrashPoint.IndexCreated:
                RemoveIndex(lane);
                break;
            case CrashPoint.IndexSetAside:
                RemoveIndex(lane);
                await File.WriteAllTextAsync(lane.IndexPath, new string('x', 5000), TestContext.Current.CancellationToken);
                break;
            case CrashPoint.ReconcileFileFlushed or CrashPoint.ReconcileFileRecorded:
                var picture = Picture.Make(3000, (int)point);
                lane.Ledger.Foreign($"foreign-{point}.jpg", picture);
                await File.WriteAllBytesAsync(Path.Combine(lane.Folder, $"foreign-{point}.jpg"), picture.Bytes, TestContext.Current.CancellationToken);
                break;
        }

        var drains = point.ToString().StartsWith("Drain", StringComparison.Ordinal);
        return await lane.LiveAsync(new Life { Point = point, Time = Once(point) ? 1 : time, StopsUnderLoad = drains, Rounds = drains ? 100 : 2 });
    }

    static void RemoveIndex(Lane lane)
    {
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(lane.IndexPath)!, "index.db*")) File.Delete(file);
    }

    // What a start, a sweep or a stop does once.
    static bool Once(CrashPoint point) =>
        point.ToString() is var name && (name.StartsWith("Start", StringComparison.Ordinal) || name.StartsWith("Drain", StringComparison.Ordinal)
            || name.StartsWith("Sweep", StringComparison.Ordinal) || name.StartsWith("Reconcile", StringComparison.Ordinal)
            || point is CrashPoint.IndexCreated or CrashPoint.IndexSetAside);
}
