namespace Wirephoto.Server.Net;

/// <summary>One conversation in one wire format. It does not know what carries its bytes, and leaves the connection open.</summary>
public interface ISession : IAsyncDisposable
{
    /// <summary>Runs until the conversation is over, and says how it ended.</summary>
    Task<ConnectionEnd> RunAsync();
}
