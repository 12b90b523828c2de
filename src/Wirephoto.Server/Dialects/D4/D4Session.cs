using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects.D4;

/// <summary>
/// One conversation in which the server speaks first: docs/dialects.md, "D4". There are no frames: a receive is a message, and each message is answered by
/// one write, else every later answer would be taken for the one before it.
/// </summary>
public sealed class D4Session : ISession
{
    // The client may not have received the end of its last answer yet: a last word right behind an image's END would be taken for a part of the image.
    static readonly TimeSpan BeforeLastWord = TimeSpan.FromMilliseconds(200);

    readonly SessionContext context;
    readonly MessageReader messages;
    readonly MessageWriter answers;
    readonly Verbs verbs;

    /// <summary>A session on a connection, which stays the caller's.</summary>
    public D4Session(Duplex duplex, SessionContext context)
    {
        this.context = context;
        messages = new MessageReader(duplex, context);
        answers = new MessageWriter(duplex, context);
        verbs = new Verbs(context, answers);
    }

    /// <summary>A refusal as this dialect's clients understand it.</summary>
    public static ReadOnlyMemory<byte> Wording(WirephotoException refusal) =>
        MessageWriter.Encode(refusal.Code == ErrorCode.ServerFull ? "Server full. Try again later." : refusal.Message);

    /// <inheritdoc/>
    public async Task<ConnectionEnd> RunAsync()
    {
        try
        {
            await answers.SendAsync(context.Caller.Name);
            while (await messages.ReceiveAsync() is { } message)
            {
                if (!await verbs.AnswerAsync(message)) return ConnectionEnd.Goodbye;
            }

            return ConnectionEnd.ClosedByClient;
        }
        catch (Exception) when (answers.End is not null)
        {
            return answers.End.Value;
        }
        catch (OperationCanceledException) when (messages.Late)
        {
            return await LastWordAsync("Nothing was said for too long. Connect again.", ErrorCode.Timeout, ConnectionEnd.TimedOut);
        }
        catch (OperationCanceledException) when (context.Draining.IsCancellationRequested)
        {
            return await LastWordAsync("The server is stopping. Try again later.", ErrorCode.ShuttingDown, ConnectionEnd.Drained);
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
        {
            return ConnectionEnd.Lost;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        messages.Dispose();
        answers.Dispose();
        return ValueTask.CompletedTask;
    }

    // The client finds it when it expects the answer to what it says next.
    async Task<ConnectionEnd> LastWordAsync(string text, ErrorCode why, ConnectionEnd end)
    {
        context.Log.Request(context.Caller, "-", "", success: false, $"{why.Word()}: {text} (D4)");
        try
        {
            await answers.SettleAsync(BeforeLastWord);
            await answers.SendAsync(text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // It left before it was told.
        }

        return end;
    }
}
