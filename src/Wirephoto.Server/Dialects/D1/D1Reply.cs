using System.Buffers.Binary;
using Wirephoto.Protocol.Errors;
using Wirephoto.Storage;

namespace Wirephoto.Server.Dialects.D1;

/// <summary>The dictionary that answers a request, and what the log says of it. Whoever sends it disposes it.</summary>
/// <param name="Command">COMMAND as it came.</param>
/// <param name="Filename">FILENAME as it came.</param>
/// <param name="Details">DETAILS; null: None.</param>
/// <param name="Ok">STATUS.</param>
/// <param name="Message">One line for the log.</param>
sealed record D1Reply(string? Command, string? Filename, string? Details, bool Ok, string Message) : IAsyncDisposable
{
    /// <summary>FILE_DATA; null: None.</summary>
    public OpenImage? Image { get; init; }

    /// <summary>What answers a request that was done.</summary>
    public static D1Reply Done(D1Request request, string? details, string message) => new(request.Command, request.Filename, details, true, message);

    /// <summary>What answers a request that was refused, in this dialect's words.</summary>
    public static D1Reply Refused(D1Request? request, WirephotoException refusal)
    {
        var name = TopFolder.LastSegment(request?.Filename ?? "");
        var details = refusal.Code switch
        {
            ErrorCode.Exists => $"File '{name}' already exists on server",
            ErrorCode.NotFound => $"Cannot find '{name}' on the server",

            // The client ends the sentence itself.
            _ => refusal.Message.TrimEnd('.'),
        };
        return new D1Reply(request?.Command, request?.Filename, details, false, $"{refusal.Code.Word()}: {details}");
    }

    /// <summary>The reply's frame: what comes before the image's bytes and what comes behind them.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.TooLarge"/>: its length does not fit a frame's.</exception>
    public (ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> Behind) Frame()
    {
        var data = Image?.Image.Length ?? 0;
        if (data > uint.MaxValue) throw TooLarge(data);
        var (before, behind) = Pickle(data);
        var length = before.Length + data + behind.Length;
        if (length > uint.MaxValue) throw TooLarge(data);

        var framed = new byte[sizeof(uint) + before.Length];
        BinaryPrimitives.WriteUInt32BigEndian(framed, (uint)length);
        before.CopyTo(framed.AsMemory(sizeof(uint)));
        return (framed, behind);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Image?.DisposeAsync() ?? ValueTask.CompletedTask;

    (ReadOnlyMemory<byte> Before, ReadOnlyMemory<byte> Behind) Pickle(long data)
    {
        var pickle = new PickleWriter();
        pickle.Add("COMMAND", Command);
        pickle.Add("FILENAME", Filename);
        pickle.Add("DETAILS", Details);
        pickle.Add("STATUS", Ok ? "OK" : "ERROR");
        if (Image is null) pickle.Add(D1Request.FileData, null);
        else pickle.AddGap(D1Request.FileData, data);
        return pickle.End();
    }

    static WirephotoException TooLarge(long data) =>
        new(ErrorCode.TooLarge, $"the image has {data} bytes, more than a message of this protocol holds: get it with the wirephoto client");
}
