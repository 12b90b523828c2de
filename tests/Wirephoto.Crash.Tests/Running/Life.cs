using Wirephoto.Crash.Tests.Clients;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Crash.Tests.Running;

/// <summary>One life of a server: where it ends, and what its clients do until then.</summary>
sealed record Life
{
    /// <summary>The point at which it is killed; null: at none.</summary>
    public CrashPoint? Point { get; init; }

    /// <summary>The how-manieth time that the point is reached is the last.</summary>
    public int Time { get; init; } = 1;

    /// <summary>After how long it is killed, wherever it is; null: never.</summary>
    public TimeSpan? KillAfter { get; init; }

    public Work Work { get; init; } = Work.All;

    public int Rounds { get; init; } = 2;

    /// <summary>Whether everything is fetched again, not only what is new.</summary>
    public bool FetchAll { get; init; }

    public bool ToBeKilled => Point is not null || KillAfter is not null;
}
