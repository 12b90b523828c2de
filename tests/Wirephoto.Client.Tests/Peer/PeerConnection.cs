using System.Net.Security;
using System.Net.Sockets;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Tls;

namespace Wirephoto.Client.Tests.Peer;

/// <summary>The server's end of one connection, in the hands of a test that says word for word what it sends.</summary>
sealed class PeerConnection(Socket socket, CancellationToken cancel) : IAsyncDisposable
{
    Duplex duplex = new(new NetworkStream(socket, ownsSocket: true));
    readonly HeadWriter head = new();

    /// <summary>What the peer says to hello unless a test changes it.</summary>
    public static HelloReply Greeting { get; } = new(1, "peer/1", "Client01", ["jpg", "png"], new AnnouncedLimits { Put = 1024, Piece = 1000 }, []);

    /// <summary>Whether bytes of the client wait to be read.</summary>
    public bool HasInput => socket.Available > 0;

    /// <summary>The next request's head, which must be of this type.</summary>
    public async Task<Head> ExpectAsync(string type)
    {
        var request = await NextAsync();
        Assert.Equal(type, request.Text("type"));
        return request;
    }

    /// <summary>The next request's head, whatever it is.</summary>
    public async Task<Head> NextAsync() =>
        await FrameReader.ReadHeadAsync(duplex, null, cancel) ?? throw new EndOfStreamException("the client closed instead of sending a request");

    /// <summary>The end of the client's stream.</summary>
    public async Task ExpectEndAsync()
    {
        try
        {
            Assert.Null(await FrameReader.ReadHeadAsync(duplex, null, cancel));
        }
        catch (IOException)
        {
        }
    }

    /// <summary>The body of a request.</summary>
    public async Task<byte[]> BodyAsync(Head request) => await new BodyReader(duplex, request.Number("size")).ReadAllAsync(int.MaxValue, cancel);

    /// <summary>Shakes hands, and goes on inside TLS.</summary>
    public async Task<PeerConnection> SecureAsync(TestCertificate certificate)
    {
        duplex = await TlsDuplex.AcceptAsync(duplex, SslStreamCertificateContext.Create(certificate.Certificate, null, offline: true), cancel);
        return this;
    }

    /// <summary>Takes hello and answers it.</summary>
    public async Task<PeerConnection> GreetAsync(HelloReply? greeting = null)
    {
        await ReplyAsync(await ExpectAsync("hello"), greeting ?? Greeting);
        return this;
    }

    /// <summary>Answers a request, with the bytes of a body if there are any.</summary>
    public async Task ReplyAsync(Head request, Reply reply, byte[]? body = null)
    {
        await duplex.WriteAsync(reply.Write(head, request.Id), cancel);
        if (body is not null) await RawAsync(body);
    }

    /// <summary>Answers several requests, each with a body, in one send.</summary>
    public Task ReplyAsync(IEnumerable<(Head Request, Reply Reply, byte[] Body)> replies) =>
        RawAsync([.. replies.SelectMany(reply => (byte[])[.. reply.Reply.Write(head, reply.Request.Id).ToArray(), .. reply.Body])]);

    /// <summary>Answers a request, but only with the first bytes of head and body, and perhaps one of them wrong.</summary>
    public Task CutAsync(Head request, Reply reply, byte[] body, int bytes, int flip = -1)
    {
        byte[] all = [.. reply.Write(head, request.Id).ToArray(), .. body];
        if (flip >= 0) all[flip] ^= 1;
        return RawAsync(all[..Math.Min(bytes, all.Length)]);
    }

    /// <summary>Answers a request with an error.</summary>
    public Task RefuseAsync(Head request, ErrorCode code, ErrorDetails? details = null) =>
        ReplyAsync(request, new ErrorReply(code, $"refused: {code.Word()}", details ?? ErrorDetails.None));

    /// <summary>Sends an error that belongs to no request.</summary>
    public async Task FarewellAsync(ErrorCode code) =>
        await duplex.WriteAsync(new ErrorReply(code, $"farewell: {code.Word()}", ErrorDetails.None).Write(head, null), cancel);

    /// <summary>Sends these bytes.</summary>
    public async Task RawAsync(byte[] bytes) => await duplex.WriteAsync(bytes, cancel);

    /// <summary>Takes a whole put and gives its receipt.</summary>
    public async Task<byte[]> StoreAsync()
    {
        var put = await ExpectAsync("put");
        var body = await BodyAsync(put);
        await ReplyAsync(put, Samples.Receipt(put.Text("filename"), body));
        return body;
    }

    /// <summary>Closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        head.Dispose();
        await duplex.DisposeAsync();

        // Inside TLS without a goodbye, as a cut does.
        socket.Dispose();
    }
}
