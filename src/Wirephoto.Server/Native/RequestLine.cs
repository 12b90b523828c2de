using Wirephoto.Protocol.Framing;

namespace Wirephoto.Server.Native;

/// <summary>What is known of a request before it is understood: enough to echo it and to log it.</summary>
/// <param name="Type">The word in <c>type</c>; empty when it is missing.</param>
/// <param name="File">The name it is about, as it was sent; empty: none.</param>
/// <param name="Id">What the client wants echoed.</param>
readonly record struct RequestLine(string Type, string File, RequestId? Id);
