using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client;

/// <summary>An image that is durable on the server.</summary>
/// <param name="Image">What the server's receipt says; for an image that was there already and has no receipt, what the client knows of it.</param>
/// <param name="AlreadyStored">The name held exactly these bytes before, perhaps from an attempt whose receipt was lost. Then nothing is resumed.</param>
/// <param name="Resumed">Bytes that an earlier put with the same upload token had sent, and that were compared instead of sent again: all of them when it was only not committed yet.</param>
public sealed record PutResult(ImageInfo Image, bool AlreadyStored, long Resumed);
