using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects.D1;
using Wirephoto.Server.Dialects.D2;
using Wirephoto.Server.Dialects.D3;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;

namespace Wirephoto.Server.Dialects;

/// <summary>A connection whose wire format is not known yet: waits for its first bytes, then hands over to the session that speaks it.</summary>
/// <param name="duplex">The connection.</param>
/// <param name="context">What sessions work with.</param>
/// <param name="secured">Whether it is inside TLS already.</param>
public sealed class FormatChoice(Duplex duplex, SessionContext context, bool secured = false) : ISession
{
    // A new dialect is one line here.
    static readonly Dictionary<WireFormat, Func<Duplex, SessionContext, ISession>> Sessions = new()
    {
        [WireFormat.Native] = static (duplex, context) => new NativeSession(duplex, context),
        [WireFormat.D1] = static (duplex, context) => new D1Session(duplex, context),
        [WireFormat.D2] = static (duplex, context) => new D2Session(duplex, context),
        [WireFormat.D3] = static (duplex, context) => new D3Session(duplex, context),
    };

    /// <inheritdoc/>
    public async Task<ConnectionEnd> RunAsync()
    {
        // What the choice takes is gone before the session begins, which may be long.
        var (format, end) = await ChooseAsync();
        if (end is { } ended) return ended;
        if (format == WireFormat.Silent) return ConnectionEnd.ClosedByClient;
        if (format == WireFormat.Tls && !secured && context.Options.Certificate is not null)
            return await TlsEntrance.RunAsync(duplex, context, tls => new FormatChoice(tls, context, secured: true));
        if (!secured && context.Options.Tls == TlsRule.Required) return await RefusePlainAsync();
        if (Open(format) is not { } session) return await RefuseAsync(format);
        await using (session) return await session.RunAsync();
    }

    async Task<(WireFormat Format, ConnectionEnd? End)> ChooseAsync()
    {
        using var patience = new Patience(context.Options.Limits, context.Clock);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, context.Draining);
        patience.AwaitRequest();
        try
        {
            return (await FirstBytes.ReadAsync(duplex, wait.Token), null);
        }
        catch (OperationCanceledException)
        {
            return (WireFormat.Unknown, await RefuseAsync(patience.Late is not null));
        }
        catch (Exception lost) when (lost is IOException or ObjectDisposedException)
        {
            return (WireFormat.Unknown, ConnectionEnd.Lost);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    ISession? Open(WireFormat format) =>
        Sessions.TryGetValue(format, out var open) && (format == WireFormat.Native || context.Options.Dialects.Contains(format)) ? open(duplex, context) : null;

    // Whoever says nothing is told in the native form: a client that waits for the server may well be native.
    async Task<ConnectionEnd> RefuseAsync(bool late)
    {
        var error = late
            ? new WirephotoException(ErrorCode.Timeout, "waited too long for a request")
            : new WirephotoException(ErrorCode.ShuttingDown, "the server is stopping");
        await TellAsync(NativeSession.Wording(error), error.Code.Word(), error.Message);
        return late ? ConnectionEnd.TimedOut : ConnectionEnd.Drained;
    }

    async Task<ConnectionEnd> RefusePlainAsync()
    {
        const string Message = "this server speaks only inside TLS: connect with it";
        await TellAsync(NativeSession.Wording(new WirephotoException(ErrorCode.TlsRequired, Message)), ErrorCode.TlsRequired.Word(), Message);
        return ConnectionEnd.ProtocolError;
    }

    async Task<ConnectionEnd> RefuseAsync(WireFormat format)
    {
        if (format == WireFormat.Tls && !secured)
        {
            // Closed without a word, which could not be read as TLS.
            context.Log.Request(context.Caller, "-", "", success: false, $"{ErrorCode.UnsupportedProtocol.Word()}: the client wants TLS, for which this server has no certificate: give it one with --certificate");
            return ConnectionEnd.ProtocolError;
        }

        var message = format switch
        {
            WireFormat.Tls => "there is TLS inside TLS: once is enough",
            WireFormat.Unknown => "this is a Wirephoto server; what you sent is none of the protocols that it speaks",
            _ => $"the dialect {format} is switched off on this server (--dialects)",
        };
        await TellAsync(Encoding.UTF8.GetBytes($"wirephoto: {message}\n"), ErrorCode.UnsupportedProtocol.Word(), message);
        return ConnectionEnd.ProtocolError;
    }

    async Task TellAsync(ReadOnlyMemory<byte> words, string error, string message)
    {
        context.Log.Request(context.Caller, "-", "", success: false, $"{error}: {message}");
        using var enough = new CancellationTokenSource(context.Options.Limits.Linger, context.Clock);
        try
        {
            await duplex.WriteAsync(words, enough.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // It left before it was told.
        }
    }
}
