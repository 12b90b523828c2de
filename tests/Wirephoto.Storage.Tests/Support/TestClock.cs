namespace Wirephoto.Storage.Tests.Support;

/// <summary>A clock that stands still until it is moved.</summary>
sealed class TestClock : TimeProvider
{
    DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => now;

    public void Advance(TimeSpan by) => now += by;
}
