using System.Net;
using System.Net.Sockets;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Cli.Tests.Support;

/// <summary>A server made from the protocol's own codec that says whatever a test wants, for what no honest server does.</summary>
sealed class ScriptedServer : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stopping = new();
    readonly Func<string, Head, Task<(Reply Reply, byte[] Body)?>> script;
    readonly Task serving;

    /// <summary>Serves with a script: it gets the type and head of a request, and gives the reply, or null to never answer.</summary>
    public ScriptedServer(Func<string, Head, (Reply Reply, byte[] Body)?> script)
        : this((type, head) => Task.FromResult(script(type, head)))
    {
    }

    /// <summary>Serves with a script that may wait before it gives the reply.</summary>
    public ScriptedServer(Func<string, Head, Task<(Reply Reply, byte[] Body)?>> script)
    {
        this.script = script;
        listener.Start();
        serving = ServeAsync();
    }

    public string Port => ((IPEndPoint)listener.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The reply of an ordinary server to hello.</summary>
    public static (Reply, byte[]) Hello { get; } = (new HelloReply(1, "scripted", "Client01", ["jpg", "jpeg", "png"], new AnnouncedLimits(), []), []);

    /// <summary>Refuses.</summary>
    public static (Reply, byte[]) Refuse(ErrorCode code, string message) => (new ErrorReply(code, message, ErrorDetails.None), []);

    /// <summary>A whole listing of images with these names, in the order that a client believes.</summary>
    public static (Reply, byte[]) List(params string[] names) => List([.. names.Order(Utf8Order.Instance).Select(name => new ImageInfo(name, 3, null, null, null, null, null, null))]);

    /// <summary>A whole listing of these images.</summary>
    public static (Reply, byte[]) List(params ImageInfo[] images)
    {
        using var lines = new LinesWriter();
        foreach (var image in images) lines.Add(new ListEntry(image, null).Write);
        return (new ListReply(lines.Length, lines.Count, null), lines.ToBody());
    }

    /// <summary>Sends an image.</summary>
    public static (Reply, byte[]) Image(string name, byte[] bytes, Protocol.Digest digest) =>
        (new GetReply(new ImageInfo(name, bytes.Length, digest, "png", 1, 1, null, null), 0, bytes.Length), bytes);

    async Task ServeAsync()
    {
        try
        {
            while (true) _ = TalkAsync(await listener.AcceptTcpClientAsync(stopping.Token));
        }
        catch (OperationCanceledException)
        {
            // The end of the test.
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        try
        {
            await using var duplex = new Duplex(client.GetStream());
            using var writer = new HeadWriter();
            while (await FrameReader.ReadHeadAsync(duplex, null, stopping.Token) is { } head)
            {
                if (head.OptionalNumber("size") is { } size) await new BodyReader(duplex, size).DrainAsync(stopping.Token);
                if (await script(head.Text("type"), head) is not { } answer) continue;
                await duplex.WriteAsync(answer.Reply.Write(writer, head.Id), stopping.Token);
                await duplex.WriteAsync(answer.Body, stopping.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or WirephotoException)
        {
            // The client went away, as clients of such a server do.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await serving;
        listener.Dispose();
        stopping.Dispose();
    }
}
