using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Connections;

/// <summary>Reads a reply whose status is ok, its body included.</summary>
delegate ValueTask<T> ReplyReader<T>(Head head, BodyReader body, CancellationToken cancel);

/// <summary>A request whose reply is due.</summary>
abstract class PendingCall(long id)
{
    /// <summary>Checks that a reply carries the <c>id</c> of this request.</summary>
    /// <exception cref="ConnectionException"><see cref="ErrorCode.BadReply"/>.</exception>
    public void CheckId(Head head, ErrorReply? error)
    {
        // A server that could not read the request, or never got to it, can't know its id.
        if (head.Id == new RequestId(id, null) || (head.Id is null && error?.Code.Info().Closes == true)) return;
        throw new ConnectionException(ErrorCode.BadReply, "a reply carries the id of another request");
    }

    /// <summary>Reads the reply. Failures of the caller's own making stay with the call; those of the connection are thrown.</summary>
    /// <returns>Whether somebody still wanted it, and took all of its body that was meant to be read.</returns>
    public abstract ValueTask<bool> ReceiveAsync(Head head, BodyReader body, CancellationToken ending);

    /// <summary>Ends the call with the server's error reply.</summary>
    public void Refuse(ErrorReply error) => Fail(new RefusedException(error));

    /// <summary>Ends the call.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>
/// A request whose reply is due, and what the caller waits for. A cancelled caller goes at once while the reply has not begun to arrive;
/// after that only when the reader no longer touches what belongs to the caller.
/// </summary>
sealed class PendingCall<T> : PendingCall
{
    readonly ReplyReader<T> read;
    readonly CancellationToken cancel;
    readonly CancellationTokenRegistration registration;
    readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int begun;

    /// <summary>A call that its caller may cancel.</summary>
    public PendingCall(long id, ReplyReader<T> read, CancellationToken cancel)
        : base(id)
    {
        this.read = read;
        this.cancel = cancel;
        registration = cancel.UnsafeRegister(static call => ((PendingCall<T>)call!).Abandon(), this);
    }

    /// <summary>The reply.</summary>
    public Task<T> Reply => done.Task;

    void Abandon()
    {
        if (Interlocked.Exchange(ref begun, 1) == 0) done.TrySetCanceled(cancel);
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> ReceiveAsync(Head head, BodyReader body, CancellationToken ending)
    {
        if (Interlocked.Exchange(ref begun, 1) != 0) return false;
        using var either = cancel.CanBeCanceled ? CancellationTokenSource.CreateLinkedTokenSource(ending, cancel) : null;
        try
        {
            var reply = await read(head, body, either?.Token ?? ending);
            await registration.DisposeAsync();
            done.TrySetResult(reply);
            return true;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            done.TrySetCanceled(cancel);
            return false;
        }
        catch (Exception e) when (!BelongsToConnection(e))
        {
            Fail(e);
            return false;
        }
    }

    /// <inheritdoc/>
    public override void Fail(Exception failure)
    {
        registration.Unregister();
        done.TrySetException(failure);

        // An upload that failed does not look at the replies to its later pieces.
        _ = done.Task.Exception;
    }

    static bool BelongsToConnection(Exception e) => e switch
    {
        LocalFileException or IntegrityException => false,
        WirephotoException or IOException or ObjectDisposedException or OperationCanceledException => true,
        _ => false,
    };
}
