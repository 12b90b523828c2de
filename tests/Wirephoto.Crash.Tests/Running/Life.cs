using Wirephoto.Crash.Tests.Clients;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Crash.Tests.Running;

/// <summary>What a server is doing.</summary>
enum Phase
{
    Starting,
    Recovering,
    Serving,
    Stopping,
}

/// <summary>One life of a server: where it ends, and what its clients do until then.</summary>
sealed record Life
{
    /// <summary>The point at which it is killed; null: at none.</summary>
    public CrashPoint? Point { get; init; }

    /// <summary>The how-manieth time that the point is reached is the last.</summary>
    public int Time { get; init; } = 1;

    /// <summary>The phase in which it is killed by the clock; null: in none.</summary>
    public Phase? KilledWhile { get; init; }

    /// <summary>Whether it is told to stop while its clients are at work; else when they are done.</summary>
    public bool StopsUnderLoad { get; init; }

    /// <summary>How far into its phase it is killed, or into its load it is told to stop.</summary>
    public TimeSpan After { get; init; } = TimeSpan.FromMilliseconds(100);

    public Work Work { get; init; } = Work.All;

    public int Rounds { get; init; } = 2;

    /// <summary>Whether everything is fetched again, not only what is new.</summary>
    public bool FetchAll { get; init; }

    public bool ToBeKilled => Point is not null || KilledWhile is not null;
}
