namespace Wirephoto.Client.Tests.Peer;

/// <summary>Bytes that can be read only once.</summary>
sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;
}
