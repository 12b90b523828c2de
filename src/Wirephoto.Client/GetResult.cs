using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>An image that is a local file now.</summary>
/// <param name="Image">What the server says of it.</param>
/// <param name="AlreadyThere">The file held exactly these bytes before, and was not touched.</param>
/// <param name="Resumed">Bytes that an earlier run had fetched and that were verified instead of fetched again.</param>
public sealed record GetResult(ImageInfo Image, bool AlreadyThere, long Resumed);
