using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Dialects;

/// <summary>
/// A connection that carries one request, in a dialect that has one word for no. The words are the dialect's; deadlines, the log and the
/// ways to end are here.
/// </summary>
public abstract class OneRequestSession : ISession
{
    /// <summary>Bytes in a request before its data. A name has 1,024 at most; the folders that some clients send before it are cut off.</summary>
    protected const int LongestRequest = 4096;

    // A name that is logged although it is far too long to be valid.
    const int LoggedChars = 300;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly WireFormat format;
    string verb = "-";
    string file = "";

    /// <summary>A session over a connection, which stays the caller's.</summary>
    protected OneRequestSession(Duplex duplex, SessionContext context, WireFormat format)
    {
        this.format = format;
        Duplex = duplex;
        Context = context;
        Images = new TopFolder(context);
        Patience = new Patience(context.Options.Limits, context.Clock);
        Delivery = new Delivery(duplex, context);
    }

    /// <summary>The connection.</summary>
    protected Duplex Duplex { get; }

    /// <summary>What the session works with.</summary>
    protected SessionContext Context { get; }

    /// <summary>The images at the top.</summary>
    protected TopFolder Images { get; }

    /// <summary>Deadlines for what the client sends.</summary>
    protected Patience Patience { get; }

    /// <summary>The way to the client.</summary>
    protected Delivery Delivery { get; }

    /// <summary>What this dialect sends for a refusal of any kind.</summary>
    protected abstract ReadOnlyMemory<byte> Refusal { get; }

    /// <summary>Whether the client still understands <see cref="Refusal"/>; once it sends an image, it does not.</summary>
    protected bool CanBeRefused { get; set; } = true;

    /// <inheritdoc/>
    public async Task<ConnectionEnd> RunAsync()
    {
        try
        {
            if (await ServeAsync() is not { } message) return ConnectionEnd.ClosedByClient;
            Note(Delivery.End is null, Delivery.End is null ? message : $"{message}; the reply was not sent: {Delivery.End}");
            return Delivery.End ?? ConnectionEnd.Answered;
        }
        catch (WirephotoException refusal)
        {
            if (refusal.InnerException is not null) Context.Log.Cause(Context.Caller, refusal);
            return await RefuseAsync(refusal, ConnectionEnd.Answered);
        }
        catch (OperationCanceledException) when (Patience.Late is { } what)
        {
            return await RefuseAsync(new WirephotoException(ErrorCode.Timeout, $"waited too long for {what}"), ConnectionEnd.TimedOut);
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException or OperationCanceledException)
        {
            Note(success: false, $"{ErrorCode.InDoubt.Word()}: the connection was lost inside the request");
            return lost is EndOfStreamException ? ConnectionEnd.Interrupted : ConnectionEnd.Lost;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Context.Log.Fault(Context.Caller, fault);
            return await RefuseAsync(new WirephotoException(ErrorCode.Internal, "the server failed on this request"), ConnectionEnd.Faulted);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Patience.Dispose();
        Delivery.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads the request and answers it. Returns what the log says of it; null: there was none.</summary>
    protected abstract Task<string?> ServeAsync();

    /// <summary>Notes which request it is, for the log.</summary>
    protected void Begin(string request, string name)
    {
        verb = request;
        file = name.Length <= LoggedChars ? name : name[..LoggedChars] + "...";
    }

    /// <summary>Text from the wire.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadName"/>: it is no UTF-8.</exception>
    protected static string Decode(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new WirephotoException(ErrorCode.BadName, "the name is not valid UTF-8");
        }
    }

    /// <summary>Reads exactly this many bytes, few of them, such as a length.</summary>
    /// <exception cref="EndOfStreamException">The connection ended before.</exception>
    protected async ValueTask<byte[]> ReadExactlyAsync(int count)
    {
        var result = await Duplex.Input.ReadAtLeastAsync(count, Patience.Token);
        if (result.Buffer.Length < count)
        {
            Duplex.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            throw new EndOfStreamException($"the connection ended inside {count} bytes that belong together");
        }

        var bytes = new byte[count];
        System.Buffers.BuffersExtensions.CopyTo(result.Buffer.Slice(0, count), bytes);
        Duplex.Input.AdvanceTo(result.Buffer.GetPosition(count));
        return bytes;
    }

    /// <summary>Takes in the image that follows. What goes wrong from here on can't be told to the client: it is logged, and nothing is published.</summary>
    protected async Task<string> TakeAsync(string name, long length)
    {
        CanBeRefused = false;
        var body = Patience.Body(Duplex, length);
        try
        {
            await using var ingest = await Images.BeginAsync(name, length, Patience.Token);
            var image = await TopFolder.StoreAsync(ingest, body, Patience.Token);
            return $"stored {image.Length} bytes";
        }
        catch (WirephotoException) when (length <= Context.Options.Announced.Length)
        {
            // A client that is cut off while it sends reports a lost connection, and not every one closes its file then.
            await body.DrainAsync(Patience.Token).AsTask().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    async Task<ConnectionEnd> RefuseAsync(WirephotoException refusal, ConnectionEnd end)
    {
        Note(success: false, $"{refusal.Code.Word()}: {refusal.Message}{(CanBeRefused ? "" : "; this client can't be told")}");
        if (CanBeRefused) await Delivery.SendAsync(Refusal);
        return Delivery.End ?? end;
    }

    void Note(bool success, string message) => Context.Log.Request(Context.Caller, verb, file, success, $"{message} ({format})");
}
