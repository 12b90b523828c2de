using System.Net;
using Wirephoto.Client.Connections;
using Wirephoto.Client.Gets;
using Wirephoto.Client.Puts;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>
/// A connection to a Wirephoto server. Calls may be made at the same time from many callers: they are pipelined in the order of their
/// calls. A lost connection is made again and the operations go on, see <see cref="WirephotoClientOptions.Retries"/>. Every failure is a
/// <see cref="WirephotoException"/> with its code. Whatever a server names (in listings, receipts) is text, never a path.
/// </summary>
public sealed class WirephotoClient : IAsyncDisposable
{
    readonly Link link;
    readonly PartFolders parts;

    WirephotoClient(Link link, TimeProvider clock) => (this.link, parts) = (link, new PartFolders(clock));

    /// <summary>The server's address, as it was connected to last.</summary>
    public IPEndPoint ServerEndPoint => link.Latest.ServerEndPoint;

    /// <summary>What the server said of itself when it was connected to last: this connection's name, accepted types, limits, features.</summary>
    public HelloReply Server => link.Latest.Server;

    /// <summary>Whether the connection that was made last still lives; the next call makes another one if not.</summary>
    internal bool Alive => link.Latest.Alive;

    /// <summary>How long the server took to reply to hello when it was connected to last: about a round trip. The longer it is, the more calls have to be made at the same time to keep the line busy.</summary>
    public TimeSpan RoundTrip => link.Latest.RoundTrip;

    /// <summary>Connects and says hello. The first connection is tried once only, so that a wrong address is told without delay.</summary>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.NoConnection"/>, or <see cref="ErrorCode.BadReply"/> from something that is no such server, or <see cref="ErrorCode.Untrusted"/>.</exception>
    /// <exception cref="LocalFileException">The file of authorities (<see cref="WirephotoTlsOptions.AuthoritiesFile"/>) can't be read.</exception>
    /// <exception cref="RefusedException">The server does not want this client, or not now.</exception>
    public static async Task<WirephotoClient> ConnectAsync(
        string host, int port, WirephotoClientOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        options ??= new WirephotoClientOptions();
        var link = new Link(new Dialer(host, port, options), options);
        await link.ConnectAsync(cancel);
        return new WirephotoClient(link, options.Clock);
    }

    /// <summary>
    /// Stores a local file under a name; the file's date goes with it. A lost connection is made again and the upload goes on where it stood. A file that
    /// is stored already under this name counts as success, see <see cref="PutResult.AlreadyStored"/>. Of several that are larger than the server takes in one message,
    /// one sends its bytes at a time; the others begin and commit meanwhile. So it is with streams that can seek.
    /// </summary>
    /// <exception cref="LocalFileException">The file is missing or can't be read.</exception>
    /// <exception cref="IntegrityException">The file changed while it was sent; nothing was stored.</exception>
    /// <exception cref="RefusedException">The server refused it, for instance <see cref="ErrorCode.Exists"/>: another image has this name.</exception>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.Empty"/>, before anything is sent.</exception>
    public async Task<PutResult> PutFileAsync(string path, string filename, PutOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Names.Check(filename);
        using var source = FileSource.Open(path);
        return await Put.RunAsync(link, source, filename, options ?? new PutOptions(), cancel);
    }

    /// <summary>
    /// Stores the next <paramref name="length"/> bytes of a stream. A stream that can seek is resumed like a file. One that can't is read once: if it
    /// is larger than the server takes in one message (<see cref="AnnouncedLimits.Put"/>) and the connection is lost so that earlier bytes are wanted again,
    /// the put fails with <see cref="ErrorCode.LocalFailed"/>.
    /// </summary>
    /// <inheritdoc cref="PutFileAsync" path="/exception"/>
    public async Task<PutResult> PutAsync(Stream content, long length, string filename, PutOptions? options = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        Names.Check(filename);
        using var source = new StreamSource(content, length, options?.Modified);
        return await Put.RunAsync(link, source, filename, options ?? new PutOptions(), cancel);
    }

    /// <summary>
    /// Fetches an image into a new local file. It arrives in a hidden part beside it, or without any name, and gets its own name, and the image's date, only when it is whole, verified and on
    /// the disk. What arrived stays, except of an image of at most 256 KiB, when the connection is lost for good, the call is cancelled or the process ends; a later call goes on with it if the server still has exactly
    /// that image. An existing file is never touched: holding the same bytes it counts as success, see <see cref="GetResult.AlreadyThere"/>.
    /// </summary>
    /// <exception cref="LocalFileException"><see cref="ErrorCode.LocalExists"/>: something else has this name; or the file can't be written.</exception>
    /// <exception cref="IntegrityException">The bytes are not what their digest says; nothing of them is kept.</exception>
    /// <exception cref="RefusedException">The server refused it, for instance <see cref="ErrorCode.NotFound"/>.</exception>
    public async Task<GetResult> GetFileAsync(string filename, string path, GetOptions? options = null, CancellationToken cancel = default)
    {
        Names.Check(filename);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return await new FileGet(link, parts, filename, path, options ?? new GetOptions()).RunAsync(cancel);
    }

    /// <summary>
    /// Fetches an image into a stream, from where it stands. The bytes are written as they arrive and verified at the end: when this throws, what was
    /// written is not the image. An image that is replaced meanwhile is fetched anew into a stream that can seek; for others it is an error. All replies wait while
    /// the stream takes its bytes, so it must not wait for another call of this client.
    /// </summary>
    /// <inheritdoc cref="GetFileAsync" path="/exception"/>
    public Task<ImageInfo> GetAsync(string filename, Stream destination, GetOptions? options = null, CancellationToken cancel = default)
    {
        Names.Check(filename);
        ArgumentNullException.ThrowIfNull(destination);
        return new Download(link, filename, new StreamTarget(destination), new TransferReporter(options?.Progress)).RunAsync(cancel);
    }

    /// <summary>The images and folders inside a folder (empty: the top), or all images below it, sorted by the UTF-8 bytes of their names; asked for page by page.</summary>
    public IAsyncEnumerable<ListEntry> ListAsync(string folder = "", bool recursive = false, CancellationToken cancel = default)
    {
        Names.Check(folder);
        return Queries.ListAsync(link, folder, recursive, cancel);
    }

    /// <summary>The same listing page by page, as it comes from the server: less work for each entry, for a caller who takes many.</summary>
    public IAsyncEnumerable<IReadOnlyList<ListEntry>> ListPagesAsync(string folder = "", bool recursive = false, CancellationToken cancel = default)
    {
        Names.Check(folder);
        return Queries.ListPagesAsync(link, folder, recursive, cancel);
    }

    /// <summary>What is known of an image.</summary>
    /// <exception cref="RefusedException"><see cref="ErrorCode.NotFound"/>.</exception>
    public Task<ImageInfo> StatAsync(string filename, CancellationToken cancel = default)
    {
        Names.Check(filename);
        return Queries.StatAsync(link, filename, cancel);
    }

    /// <summary>Asks which of these images the server durably holds, and under which names: one entry for each digest, in their order. Any number of digests.</summary>
    public Task<IReadOnlyList<HaveEntry>> HaveAsync(IReadOnlyList<Digest> digests, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(digests);
        return Queries.HaveAsync(link, digests, cancel);
    }

    /// <summary>How the server does and who is and was connected.</summary>
    public Task<ServerStatus> StatusAsync(CancellationToken cancel = default) => Queries.StatusAsync(link, cancel);

    /// <summary>Sends a text, and returns the server's acknowledgement of it. Never sent twice.</summary>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.InDoubt"/>: the connection was lost before the reply came.</exception>
    public async Task<string> SayAsync(string text, CancellationToken cancel = default)
    {
        Names.Check(text);
        return (await link.CallOnceAsync(new SayRequest(text), SayReply.Read, cancel)).Text;
    }

    /// <summary>
    /// Removes an image; with a digest, only if it still is that image. With a digest it is repeated after a lost connection, and an image that is gone
    /// by then counts as removed; without one it is not, because a newer image could be meant.
    /// </summary>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.InDoubt"/>: the connection was lost before the reply came.</exception>
    public async Task DeleteAsync(string filename, Digest? sha256 = null, CancellationToken cancel = default)
    {
        Names.Check(filename);
        var request = new DeleteRequest(filename, sha256);
        if (sha256 is null) await link.CallOnceAsync(request, _ => DoneReply.Instance, cancel);
        else await Deletion.RunAsync(link, request, cancel);
    }

    /// <summary>Closes the connection; calls that still wait fail.</summary>
    public ValueTask DisposeAsync() => link.DisposeAsync();
}
