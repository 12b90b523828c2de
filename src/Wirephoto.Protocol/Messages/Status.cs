using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>status: how the server does and who is and was connected.</summary>
public sealed record StatusRequest : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "status";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
    }
}

/// <summary>The reply to <see cref="StatusRequest"/>; one <see cref="SessionEntry"/> line for each session follows, the oldest first.</summary>
/// <param name="Size">Bytes in all lines.</param>
/// <param name="Server">Program and version.</param>
/// <param name="Started">When the server started.</param>
/// <param name="Now">The server's time.</param>
/// <param name="Clients">Connections now.</param>
/// <param name="MaxClients">Connections at most.</param>
/// <param name="Images">Images stored.</param>
/// <param name="Bytes">Bytes in them.</param>
/// <param name="FreeBytes">Bytes that are free.</param>
public sealed record StatusReply(
    long Size, string Server, DateTimeOffset Started, DateTimeOffset Now, long Clients, long MaxClients, long Images, long Bytes, long FreeBytes) : Reply
{
    /// <inheritdoc/>
    public override long? BodySize => Size;

    /// <summary>Reads the reply.</summary>
    public static StatusReply Read(Head head) => new(
        head.Number("size"), head.Text("server", 256), head.OptionalTime("started") ?? default, head.OptionalTime("now") ?? default,
        head.Number("clients"), head.Number("max_clients"), head.Number("images"), head.Number("bytes"), head.Number("free"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("server", Server);
        head.Time("started", Started);
        head.Time("now", Now);
        head.Number("clients", Clients);
        head.Number("max_clients", MaxClients);
        head.Number("images", Images);
        head.Number("bytes", Bytes);
        head.Number("free", FreeBytes);
    }
}

/// <summary>One line of the reply: a session, still going on when <paramref name="End"/> is null.</summary>
/// <param name="Name">The connection's name, such as Client01.</param>
/// <param name="Address">The client's address and port.</param>
/// <param name="Start">When it began.</param>
/// <param name="End">When it ended.</param>
public sealed record SessionEntry(string Name, string Address, DateTimeOffset Start, DateTimeOffset? End)
{
    /// <summary>Reads a line.</summary>
    public static SessionEntry Read(Head line) => new(
        line.Text("name", 64), line.Text("address", 64), line.OptionalTime("start") ?? default, line.OptionalTime("end"));

    /// <summary>Writes a line's members.</summary>
    public void Write(HeadWriter line)
    {
        line.Text("name", Name);
        line.Text("address", Address);
        line.Time("start", Start);
        line.Time("end", End);
    }
}
