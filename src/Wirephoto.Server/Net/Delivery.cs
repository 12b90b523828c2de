using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;

namespace Wirephoto.Server.Net;

/// <summary>
/// The way to a client that has to take what it asked for: a deadline ends a write that does not move, and <see cref="End"/> says why nothing
/// more can be sent. After the first failure nothing is written any more.
/// </summary>
public sealed class Delivery : IDisposable
{
    readonly FrameWriter writer;
    readonly Deadline deadline;
    readonly SessionContext session;
    readonly CancellationTokenSource unread = new();

    /// <summary>Sends over a connection, which stays the caller's.</summary>
    public Delivery(Duplex duplex, SessionContext session)
    {
        this.session = session;
        writer = new FrameWriter(duplex);
        deadline = new Deadline(session.Clock, _ =>
        {
            // Waiting writes end only with the connection.
            End ??= ConnectionEnd.NotRead;
            unread.Cancel();
            duplex.Abort();
        });
    }

    /// <summary>Why sending ended early, or null.</summary>
    public ConnectionEnd? End { get; private set; }

    /// <summary>
    /// Sends bytes and the image behind them; what is small leaves in one write, much in slices that are watched. Never throws: see <see cref="End"/>.
    /// </summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, ImageBody? image = null) => WriteAsync(
        async (writer, deadline, cancel) =>
        {
            await writer.WriteBodyAsync(bytes, moved => deadline.Moved(moved), cancel);
            if (image is not null) await image.WriteAsync(writer, deadline, cancel);
            await writer.FlushAsync(cancel);
        },
        readsImage: image is not null);

    /// <summary>Sends what was left in the writer. Never throws: see <see cref="End"/>.</summary>
    public ValueTask FlushAsync() => writer.Collected == 0
        ? ValueTask.CompletedTask
        : WriteAsync(static (writer, _, cancel) => writer.FlushAsync(cancel), readsImage: false);

    /// <summary>Lets something write, which may leave bytes in the writer for the next flush. Never throws: see <see cref="End"/>.</summary>
    /// <param name="write">What writes.</param>
    /// <param name="readsImage">Whether it reads a stored image, so that a failure may be the disk's.</param>
    public async ValueTask WriteAsync(Func<FrameWriter, Deadline, CancellationToken, ValueTask> write, bool readsImage)
    {
        if (End is not null) return;
        try
        {
            deadline.SetRate("the client to take its replies", session.Options.Limits.SendPause, session.Options.Limits.BodyRate);
            deadline.Resume();
            await write(writer, deadline, unread.Token);

            // However much is ready, no more is held for a client than one small body and its successor.
            if (writer.Collected >= FrameWriter.SmallBody) await writer.FlushAsync(unread.Token);
        }
        catch (EndOfStreamException shorter)
        {
            // More bytes were promised than there are: only a broken connection tells the client.
            Fail(ConnectionEnd.ReadFailed, shorter);
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Fail(readsImage && lost is IOException { InnerException: null } ? ConnectionEnd.ReadFailed : ConnectionEnd.Lost, lost);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Fail(ConnectionEnd.Faulted, fault);
        }
        finally
        {
            deadline.Suspend();
        }
    }

    /// <summary>Sends nothing more; what was written goes on its way.</summary>
    public void Stop(ConnectionEnd end) => End ??= end;

    /// <inheritdoc/>
    public void Dispose()
    {
        deadline.Dispose();
        writer.Dispose();
        unread.Dispose();
    }

    void Fail(ConnectionEnd end, Exception cause)
    {
        End ??= end;
        if (End is ConnectionEnd.ReadFailed or ConnectionEnd.Faulted) session.Log.Fault(session.Caller, cause);
        writer.Duplex.Abort();
    }
}
