using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>hello: agrees on the protocol's version and learns what the server accepts. Optional, and only as the first request.</summary>
/// <param name="Protocol">The version that the client speaks.</param>
/// <param name="Client">Program and version, for the log.</param>
/// <param name="Token">Who the client is; null: the anonymous user.</param>
public sealed record HelloRequest(long Protocol, string? Client, string? Token) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "hello";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static HelloRequest Read(Head head) => new(head.Number("protocol"), head.OptionalText("client", 256), head.OptionalText("token", 1024));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Number("protocol", Protocol);
        head.Text("client", Client);
        head.Text("token", Token);
    }
}

/// <summary>The reply to <see cref="HelloRequest"/>.</summary>
/// <param name="Protocol">The version that both speak.</param>
/// <param name="Server">Program and version.</param>
/// <param name="Name">The name of this connection, such as Client07.</param>
/// <param name="Types">Extensions that are accepted.</param>
/// <param name="Limits">The server's limits.</param>
/// <param name="Features">Optional parts of the protocol that this server has.</param>
public sealed record HelloReply(
    long Protocol, string Server, string Name, IReadOnlyList<string> Types, AnnouncedLimits Limits, IReadOnlyList<string> Features) : Reply
{
    /// <summary>Reads the reply.</summary>
    public static HelloReply Read(Head head) => new(
        head.Number("protocol"), head.Text("server", 256), head.Text("name", 64), head.Texts("types", 256),
        AnnouncedLimits.Read(head.Nested("limits")), head.Texts("features", 256));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Number("protocol", Protocol);
        head.Text("server", Server);
        head.Text("name", Name);
        head.Texts("types", Types);
        head.Nested("limits", Limits.Write);
        head.Texts("features", Features);
    }
}
