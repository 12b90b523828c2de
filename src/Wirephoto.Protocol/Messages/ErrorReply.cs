using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Messages;

/// <summary>A request that was not done: <c>error</c> (the catalogue's word), <c>message</c> (one line for people), <c>retry</c>, and details.</summary>
public sealed record ErrorReply(ErrorCode Code, string Message, ErrorDetails Details) : Reply
{
    /// <summary>The reply for a failure.</summary>
    public ErrorReply(WirephotoException failure)
        : this(failure.Code, failure.Message, failure.Details)
    {
    }

    /// <inheritdoc/>
    public override bool Ok => false;

    /// <summary>Reads the head of a reply whose <c>status</c> is <c>error</c>. A word that this side does not know becomes <see cref="ErrorCode.BadRequest"/>.</summary>
    public static ErrorReply Read(Head head)
    {
        var word = head.Text("error", 64);
        var code = ErrorCatalogue.FromWord(word) ?? ErrorCode.BadRequest;
        return new ErrorReply(code, head.OptionalText("message") ?? word, new ErrorDetails
        {
            Same = head.OptionalFlag("same"),
            Filename = head.OptionalText("filename"),
            Offset = head.OptionalNumber("offset"),
            Limit = head.OptionalNumber("limit"),
            Versions = head.Has("versions") ? head.Numbers("versions", 16) : null,
        });
    }

    /// <inheritdoc/>
    protected override void WriteMembers(HeadWriter head)
    {
        head.Text("error", Code.Word());
        head.Text("message", Message);
        head.Flag("retry", Code.Info().Retry);
        head.Flag("same", Details.Same);
        head.Text("filename", Details.Filename);
        head.Number("offset", Details.Offset);
        head.Number("limit", Details.Limit);
        head.Numbers("versions", Details.Versions);
    }
}
