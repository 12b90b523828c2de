using System.Text;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>What the client says: whatever one receive returns is one message.</summary>
sealed class MessageReader(Duplex duplex, SessionContext context) : IDisposable
{
    // Of ASCII alone: the name of an image may begin with another kind of space.
    static readonly char[] White = [' ', '\t', '\r', '\n', '\v', '\f'];

    // Somebody sits at a prompt from the first message on.
    readonly Patience patience = new(context.Options.Limits with { FirstByte = context.Options.Limits.Idle }, context.Clock);

    /// <summary>Whether the client was silent for too long.</summary>
    public bool Late => patience.Late is not null;

    /// <summary>The next message without the white space around it; null: the client has closed.</summary>
    public async ValueTask<string?> ReceiveAsync()
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.Draining);
        patience.AwaitRequest();
        try
        {
            await duplex.WaitToReadAsync(wait.Token);
            using var buffer = TransferBuffer.Rent();
            var count = await duplex.ReadAsync(buffer.Memory, wait.Token);
            return count == 0 ? null : Encoding.UTF8.GetString(buffer.Memory.Span[..count]).Trim(White);
        }
        finally
        {
            patience.Rest();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => patience.Dispose();
}
