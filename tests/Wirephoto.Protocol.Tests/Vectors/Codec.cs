using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Protocol.Tests.Vectors;

/// <summary>Which record reads which message.</summary>
static class Codec
{
    static readonly Dictionary<string, Func<Head, Request>> Requests = new()
    {
        [HelloRequest.Verb] = HelloRequest.Read,
        [PutRequest.Verb] = PutRequest.Read,
        [BeginRequest.Verb] = BeginRequest.Read,
        [AppendRequest.Verb] = AppendRequest.Read,
        [CommitRequest.Verb] = CommitRequest.Read,
        [AbortRequest.Verb] = AbortRequest.Read,
        [GetRequest.Verb] = GetRequest.Read,
        [ListRequest.Verb] = ListRequest.Read,
        [StatRequest.Verb] = StatRequest.Read,
        [HaveRequest.Verb] = HaveRequest.Read,
        [DeleteRequest.Verb] = DeleteRequest.Read,
        [StatusRequest.Verb] = _ => new StatusRequest(),
        [SayRequest.Verb] = SayRequest.Read,
    };

    static readonly Dictionary<string, Func<Head, Reply>> Replies = new()
    {
        [HelloRequest.Verb] = HelloReply.Read,
        [PutRequest.Verb] = Receipt.Read,
        [BeginRequest.Verb] = BeginReply.Read,
        [AppendRequest.Verb] = AppendReply.Read,
        [CommitRequest.Verb] = Receipt.Read,
        [AbortRequest.Verb] = _ => DoneReply.Instance,
        [GetRequest.Verb] = GetReply.Read,
        [ListRequest.Verb] = ListReply.Read,
        [StatRequest.Verb] = StatReply.Read,
        [HaveRequest.Verb] = HaveReply.Read,
        [DeleteRequest.Verb] = _ => DoneReply.Instance,
        [StatusRequest.Verb] = StatusReply.Read,
        [SayRequest.Verb] = SayReply.Read,
        ["error"] = ErrorReply.Read,
    };

    public static IEnumerable<string> Verbs => Requests.Keys;

    public static Request ReadRequest(Head head)
    {
        var id = ReadId(head);
        var type = head.Text("type");
        if (type.Length == 0) throw new WirephotoException(ErrorCode.BadRequest, "the type is empty");
        return Requests.TryGetValue(type, out var read)
            ? read(head) with { Id = id }
            : throw new WirephotoException(ErrorCode.UnknownRequest, type);
    }

    // What every head must have right, whatever its request: an id that can be given back, a size that can be followed.
    static RequestId? ReadId(Head head)
    {
        try
        {
            _ = head.OptionalNumber("size");
            return head.Id;
        }
        catch (WirephotoException wrong)
        {
            throw new WirephotoException(ErrorCode.BadHead, wrong.Message);
        }
    }

    public static Reply ReadReply(string to, Head head) => Replies[to](head);

    public static byte[] Write(Request request)
    {
        using var writer = new HeadWriter();
        return request.Write(writer).ToArray();
    }

    public static byte[] Write(Reply reply, RequestId? id)
    {
        using var writer = new HeadWriter();
        return reply.Write(writer, id).ToArray();
    }
}
