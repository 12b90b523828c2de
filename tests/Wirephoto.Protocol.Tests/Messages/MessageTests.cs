using System.Security.Cryptography;
using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Tests.Vectors;

namespace Wirephoto.Protocol.Tests.Messages;

/// <summary>Each member of each message stands for the property of its name: written from values, not from what was read.</summary>
public class MessageTests
{
    static readonly byte[] Bytes = VectorFiles.All["request/put"].Body;
    static readonly Digest Sha = new(SHA256.HashData(Bytes));
    static readonly Digest Nothing = new(SHA256.HashData([]));
    static readonly UploadToken Token = new(new UInt128(0x0001020304050607, 0x08090a0b0c0d0e0f));
    static readonly DateTimeOffset Modified = new(2026, 11, 20, 12, 18, 39, 500, TimeSpan.Zero);
    static readonly DateTimeOffset Noon = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
    static readonly ImageInfo Image = new("dot.png", Bytes.Length, Sha, "png", 1, 1, Modified, new DateTimeOffset(2026, 11, 20, 12, 20, 0, TimeSpan.Zero).AddTicks(213_000));

    static readonly Dictionary<string, Request> Requests = new()
    {
        ["hello"] = new HelloRequest(1, "example 1.0", null),
        ["hello-token"] = new HelloRequest(1, "example 1.0", "f3b1c2d4e5"),
        ["put"] = new PutRequest("dot.png", Bytes.Length, Sha, Modified),
        ["begin"] = new BeginRequest("dot.png", Bytes.Length, Token, Sha, Modified),
        ["begin-bare"] = new BeginRequest("dot.png", Bytes.Length, Token, null, null),
        ["append"] = new AppendRequest(Token, 0, 40),
        ["append-rest"] = new AppendRequest(Token, 40, Bytes.Length - 40),
        ["commit"] = new CommitRequest(Token, Sha),
        ["abort"] = new AbortRequest(Token),
        ["get"] = new GetRequest("dot.png"),
        ["get-range"] = new GetRequest("dot.png", 12, 4),
        ["list"] = new ListRequest(),
        ["list-page"] = new ListRequest("iceland", true, "img_0001.png", 100),
        ["stat"] = new StatRequest("dot.png"),
        ["have"] = new HaveRequest([Sha, Nothing]),
        ["delete"] = new DeleteRequest("dot.png", Sha),
        ["delete-any"] = new DeleteRequest("dot.png"),
        ["status"] = new StatusRequest(),
        ["say"] = new SayRequest("hello there"),
    };

    static readonly Dictionary<string, Reply> Replies = new()
    {
        ["hello"] = new HelloReply(1, "wirephotod 0.1.0", "Client07", ["jpeg", "jpg", "png"], new AnnouncedLimits(), []),
        ["put"] = new Receipt(Image),
        ["begin"] = new BeginReply(0, Nothing),
        ["append"] = new AppendReply(40),
        ["commit"] = new Receipt(Image),
        ["abort"] = DoneReply.Instance,
        ["get"] = new GetReply(Image, 0, Bytes.Length),
        ["get-range"] = new GetReply(Image, 12, 4),
        ["list"] = new ListReply(VectorFiles.All["reply/list"].Body.Length, 3, "zebra.jpg"),
        ["list-empty"] = new ListReply(0, 0, null),
        ["stat"] = new StatReply(Image),
        ["have"] = new HaveReply(VectorFiles.All["reply/have"].Body.Length),
        ["delete"] = DoneReply.Instance,
        ["status"] = new StatusReply(
            VectorFiles.All["reply/status"].Body.Length, "wirephotod 0.1.0", Noon, Noon.AddSeconds(1201), 1, 256, 3, 64156, 98765432100),
        ["say"] = new SayReply("hello there ACK"),
        ["error-exists-same"] = new ErrorReply(ErrorCode.Exists, "'dot.png' is stored already", new ErrorDetails { Same = true, Filename = "dot.png" }),
        ["error-wrong-offset"] = new ErrorReply(ErrorCode.WrongOffset, "the upload stands at 40", new ErrorDetails { Offset = 40 }),
        ["error-too-large"] = new ErrorReply(ErrorCode.TooLarge, "a put of 5000000 bytes is more than 4194304", new ErrorDetails { Limit = 4194304 }),
        ["error-versions"] = new ErrorReply(ErrorCode.UnsupportedProtocol, "this server speaks protocol 1", new ErrorDetails { Versions = [1] }),
    };

    public static TheoryData<string> RequestNames => [.. Requests.Keys];

    public static TheoryData<string> ReplyNames => [.. Replies.Keys];

    [Theory]
    [MemberData(nameof(RequestNames))]
    [Trait("Requirement", "R0-2.1.5.1.1")]
    public void A_request_is_written_from_its_values(string name)
    {
        var vector = VectorFiles.All["request/" + name];
        var request = Requests[name] with { Id = HeadParser.Parse(vector.Head).Id };
        Assert.Equal(Encoding.UTF8.GetString(vector.Head), Encoding.UTF8.GetString(Codec.Write(request).AsSpan(2)));
    }

    [Theory]
    [MemberData(nameof(ReplyNames))]
    [Trait("Requirement", "R0-2.1.5.1.1")]
    public void A_reply_is_written_from_its_values(string name)
    {
        var vector = VectorFiles.All["reply/" + name];
        Assert.Equal(Encoding.UTF8.GetString(vector.Head), Encoding.UTF8.GetString(Codec.Write(Replies[name], HeadParser.Parse(vector.Head).Id).AsSpan(2)));
    }

    [Fact]
    public void Every_request_and_reply_is_among_them()
    {
        Assert.Equal(Codec.Verbs.Order(), Requests.Values.Select(request => request.Type).Distinct().Order());
        Assert.Empty(Codec.Verbs.Except(Replies.Keys));
    }

    [Fact]
    public void Limits_that_a_server_does_not_announce_have_their_defaults()
    {
        var head = HeadParser.Parse("""{"protocol":1,"server":"s","name":"n","types":[],"features":["x"],"limits":{"piece":7,"new":1}}"""u8.ToArray());
        var reply = HelloReply.Read(head);
        Assert.Equal(new AnnouncedLimits { Piece = 7 }, reply.Limits);
        Assert.Equal(["x"], reply.Features);
    }
}
