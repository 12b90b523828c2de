namespace Wirephoto.Server.Net;

/// <summary>Every way a connection can end.</summary>
public enum ConnectionEnd
{
    /// <summary>The client closed between two requests.</summary>
    ClosedByClient,

    /// <summary>The one request that a connection of this wire format carries is done with.</summary>
    Answered,

    /// <summary>The client said that it was done.</summary>
    Goodbye,

    /// <summary>The client closed, or the network did, inside a message.</summary>
    Interrupted,

    /// <summary>The connection was reset or could not be written to.</summary>
    Lost,

    /// <summary>The client was silent or slow beyond a deadline.</summary>
    TimedOut,

    /// <summary>The client did not take its replies beyond a deadline.</summary>
    NotRead,

    /// <summary>The client broke the protocol in a way that can't be recovered from.</summary>
    ProtocolError,

    /// <summary>The server is stopping.</summary>
    Drained,

    /// <summary>An image could not be read to its end while it was sent.</summary>
    ReadFailed,

    /// <summary>A fault of this program.</summary>
    Faulted,
}
