using System.Net;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>
/// A connection to a Wirephoto server. Calls may be made at the same time from many callers: they are pipelined in the order of their
/// calls. A lost connection is made again and the operations go on, see <see cref="WirephotoClientOptions.Retries"/>. Every failure is a
/// <see cref="Protocol.Errors.WirephotoException"/> with its code.
/// </summary>
public sealed class WirephotoClient : IAsyncDisposable
{
    /// <summary>Connects and says hello. The first connection is tried once: a wrong address should not take long to be told.</summary>
    public static Task<WirephotoClient> ConnectAsync(string host, int port, WirephotoClientOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>The server's address, as it was connected to last.</summary>
    public IPEndPoint ServerEndPoint => throw new NotSupportedException();

    /// <summary>What the server said of itself: this connection's name, accepted types, limits.</summary>
    public HelloReply Server => throw new NotSupportedException();

    /// <summary>Stores a local file.</summary>
    public Task<PutResult> PutFileAsync(string path, string filename, PutOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Stores a stream.</summary>
    public Task<PutResult> PutAsync(Stream content, long length, string filename, PutOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Fetches an image into a new local file.</summary>
    public Task<ImageInfo> GetFileAsync(string filename, string path, GetOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Fetches an image into a stream.</summary>
    public Task<ImageInfo> GetAsync(string filename, Stream destination, GetOptions? options = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Lists a folder.</summary>
    public IAsyncEnumerable<ListEntry> ListAsync(string folder = "", bool recursive = false, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Tells what is known of an image.</summary>
    public Task<ImageInfo> StatAsync(string filename, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Asks which of these images the server durably holds; one entry for each digest, in their order. Any number of digests.</summary>
    public Task<IReadOnlyList<HaveEntry>> HaveAsync(IReadOnlyList<Digest> digests, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Tells how the server does and who is connected.</summary>
    public Task<ServerStatus> StatusAsync(CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Sends a text, and returns the server's acknowledgement of it.</summary>
    public Task<string> SayAsync(string text, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <summary>Removes an image.</summary>
    public Task DeleteAsync(string filename, Digest? sha256 = null, CancellationToken cancel = default) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => throw new NotSupportedException();
}
