using System.Text;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>What the server says: each message is one write, and two messages in a row are kept apart by a pause.</summary>
sealed class MessageWriter : IDisposable
{
    /// <summary>Bytes that a client takes with one receive.</summary>
    public const int Most = 4096;

    // How often it is asked whether all that was written has arrived, and what may be on its way where that can't be asked.
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(5);
    const int FewBytes = 16 * 1024;

    readonly Duplex duplex;
    readonly TimeProvider clock;
    readonly Deadline deadline;
    readonly CancellationTokenSource unread = new();

    public MessageWriter(Duplex duplex, SessionContext context)
    {
        this.duplex = duplex;
        clock = context.Clock;
        deadline = new Deadline(clock, _ => Fail(ConnectionEnd.NotRead));
        deadline.SetRate("the client to take its answer", context.Options.Limits.SendPause, context.Options.Limits.BodyRate);
        if (duplex.Unconfirmed is null) duplex.HoldFew(FewBytes);
    }

    /// <summary>Why nothing more can be sent, or null.</summary>
    public ConnectionEnd? End { get; private set; }

    /// <summary>A text as it is sent; characters that have no UTF-8 are replaced.</summary>
    public static byte[] Encode(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Sends a text as one message.</summary>
    public ValueTask SendAsync(string text) => SendAsync(Encode(text));

    /// <summary>Sends bytes with one write. The bytes may be reused when this returns.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        deadline.Resume();
        try
        {
            await duplex.WriteAsync(bytes, unread.Token);
            deadline.Moved(bytes.Length);
        }
        finally
        {
            deadline.Suspend();
        }
    }

    /// <summary>Waits until all that was written has arrived at the client's machine, and then as long as the client may take to receive it there.</summary>
    public async ValueTask SettleAsync(TimeSpan pause)
    {
        deadline.Resume();
        try
        {
            for (var left = duplex.Unconfirmed ?? 0; left > 0;)
            {
                await Task.Delay(Look, clock, unread.Token);
                var now = duplex.Unconfirmed ?? 0;
                deadline.Moved(Math.Max(0, left - now));
                left = now;
            }
        }
        finally
        {
            deadline.Suspend();
        }

        await Task.Delay(pause, clock, unread.Token);
    }

    /// <summary>Ends the connection inside an answer: only that tells the client that the rest will never come.</summary>
    public void Fail(ConnectionEnd end)
    {
        End ??= end;
        unread.Cancel();
        duplex.Abort();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        deadline.Dispose();
        unread.Dispose();
    }
}
