global using static Wirephoto.Client.Tests.Peer.TestRun;

namespace Wirephoto.Client.Tests.Peer;

/// <summary>What every test of a conversation needs.</summary>
static class TestRun
{
    /// <summary>The longest time of one test, in milliseconds; a conversation that got stuck fails then.</summary>
    public const int Patience = 20_000;

    /// <summary>Ends what the test waits for.</summary>
    public static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
