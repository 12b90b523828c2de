namespace Wirephoto.Crash.Tests.Checking;

/// <summary>The promises that a crash could break.</summary>
enum FaultKind
{
    /// <summary>An acknowledged image is gone, or an acknowledged byte of an upload.</summary>
    Lost,

    /// <summary>Something shows under an image's name that nobody sent as a whole, or whose removal was acknowledged.</summary>
    Visible,

    /// <summary>A name that was taken holds other bytes.</summary>
    Overwritten,

    /// <summary>A staging file that can't be resumed and is not swept.</summary>
    Staging,

    /// <summary>The index says something else than the folder.</summary>
    Index,

    /// <summary>The server said something that is not so.</summary>
    Reply,
}

/// <summary>A promise that was broken.</summary>
sealed record Fault(FaultKind Kind, string What);
