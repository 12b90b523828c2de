using System.Net.Sockets;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Server.Net;

/// <summary>
/// Closing after a last word: a socket that is closed while bytes of the peer are unread is reset, and the reset can overtake the word.
/// </summary>
static class Farewell
{
    /// <summary>Says that nothing more will come, and reads away what the peer still sends, for a bounded time and amount of memory.</summary>
    public static async Task LingerAsync(Duplex duplex, TimeSpan atMost, TimeProvider clock)
    {
        using var enough = new CancellationTokenSource(atMost, clock);
        try
        {
            duplex.ShutdownWrite();
            while (true)
            {
                await duplex.WaitToReadAsync(enough.Token);
                using var buffer = TransferBuffer.Rent();
                if (await duplex.ReadAsync(buffer.Memory, enough.Token) == 0) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Either the time is up or the peer has closed: both are what this waits for.
        }
    }
}
