namespace Wirephoto.Protocol.Framing;

/// <summary>What a client put into <c>id</c>, to be given back with the reply: a number or a text.</summary>
public readonly record struct RequestId(long? Number, string? Text);
