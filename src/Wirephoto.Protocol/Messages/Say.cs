using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>say: a text that the server acknowledges.</summary>
/// <param name="Text">At most <see cref="ProtocolLimits.SayChars"/> characters.</param>
public sealed record SayRequest(string Text) : Request
{
    /// <summary>The word in <c>type</c>.</summary>
    public const string Verb = "say";

    /// <inheritdoc/>
    public override string Type => Verb;

    /// <summary>Reads the request.</summary>
    public static SayRequest Read(Head head) => new(head.Text("text", ProtocolLimits.SayChars));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => head.Text("text", Text);
}

/// <summary>The reply to <see cref="SayRequest"/>: its text and " ACK".</summary>
public sealed record SayReply(string Text) : Reply
{
    /// <summary>Reads the reply.</summary>
    public static SayReply Read(Head head) => new(head.Text("text"));

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head) => head.Text("text", Text);
}
