using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Server.Native;

/// <summary>What holds for every head, before its request is understood.</summary>
static class HeadRules
{
    // A name that is logged although it is far too long to be valid.
    const int LoggedChars = 300;

    /// <summary>Bytes of the body that follows, or null. A size that can't be read leaves no way to find the next head.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>.</exception>
    public static long? BodySize(Head head)
    {
        try
        {
            return head.OptionalNumber("size");
        }
        catch (WirephotoException wrong)
        {
            throw new WirephotoException(ErrorCode.BadHead, wrong.Message);
        }
    }

    /// <summary>What is echoed and logged of a request.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.BadHead"/>: an id of another type, which could not be echoed.</exception>
    public static RequestLine Line(Head head)
    {
        try
        {
            return new RequestLine(Logged(head, "type"), Logged(head, "filename") is { Length: > 0 } file ? file : Logged(head, "folder"), head.Id);
        }
        catch (WirephotoException wrong)
        {
            throw new WirephotoException(ErrorCode.BadHead, wrong.Message);
        }
    }

    /// <summary>Whether a body of this size is received, or at least read away, so that the next head is found.</summary>
    public static bool CanFollow(string type, long? size, AnnouncedLimits limits) => size is not { } bytes || bytes <= BodyLimit(type, limits);

    /// <summary>The refusal of a body that is not even read away.</summary>
    public static WirephotoException BodyTooLarge(string type, AnnouncedLimits limits) =>
        new(ErrorCode.TooLarge, $"a body of '{type}' has at most {BodyLimit(type, limits)} bytes") { Details = new() { Limit = BodyLimit(type, limits) } };

    static long BodyLimit(string type, AnnouncedLimits limits) => type == PutRequest.Verb ? limits.Put : limits.Piece;

    static string Logged(Head head, string name)
    {
        var text = head.IsText(name) ? head.Text(name) : "";
        return text.Length <= LoggedChars ? text : text[..LoggedChars] + "...";
    }
}
