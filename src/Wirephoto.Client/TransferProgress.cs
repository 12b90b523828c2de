namespace Wirephoto.Client;

/// <summary>How far a transfer is. The numbers of one transfer never go backwards, also not when a lost connection is resumed.</summary>
/// <param name="Bytes">Bytes that are safe at the other end: acknowledged by the server for a put, received for a get. At most <paramref name="Total"/>.</param>
/// <param name="Total">Bytes of the whole image.</param>
/// <param name="Verifying">Nothing moves just now: what an earlier attempt left, or what is there already, is being read and compared.</param>
public readonly record struct TransferProgress(long Bytes, long Total, bool Verifying = false);
