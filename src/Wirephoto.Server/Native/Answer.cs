using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Net;

namespace Wirephoto.Server.Native;

/// <summary>How a request ended: what is sent, and what the log says. Whoever sends it disposes it.</summary>
/// <param name="Reply">The reply's head.</param>
/// <param name="Message">One line for the log.</param>
/// <param name="Body">The bytes that follow.</param>
sealed record Answer(Reply Reply, string Message, ReplyBody? Body = null) : IAsyncDisposable
{
    /// <summary>The image that it is about, where the request itself does not name it.</summary>
    public string? File { get; init; }

    /// <summary>Whether it tells of a fault of this program, after which the connection closes.</summary>
    public bool IsFault { get; init; }

    /// <summary>Whether it is only a step of something whose end the log tells.</summary>
    public bool IsStep { get; init; }

    /// <summary>The answer for a refusal.</summary>
    public static Answer Refused(WirephotoException failure) => new(new ErrorReply(failure), $"{failure.Code.Word()}: {failure.Message}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Body?.DisposeAsync() ?? ValueTask.CompletedTask;
}
