using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Net;

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
    public ImageBody? Data { get; init; }

    /// <summary>Bytes in <see cref="Data"/>.</summary>
    public long? DataSize { get; init; }

    /// <summary>What answers a request that was done.</summary>
    public static D1Reply Done(D1Request request, string? details, string message) => new(request.Command, request.Filename, details, true, message);

    /// <summary>What answers a request that was refused, in this dialect's words.</summary>
    public static D1Reply Refused(D1Request? request, WirephotoException refusal)
    {
        var details = refusal.Code switch
        {
            ErrorCode.Exists => $"File '{request!.Name}' already exists on server",
            ErrorCode.NotFound => $"Cannot find '{request!.Name}' on the server",

            // The client ends the sentence itself.
            _ => refusal.Message.TrimEnd('.'),
        };
        return new D1Reply(request?.Command, request?.Filename, details, false, $"{refusal.Code.Word()}: {details}");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Data?.DisposeAsync() ?? ValueTask.CompletedTask;
}
