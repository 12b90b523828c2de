using System.Text;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Tests.Framing;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Vectors;

public class VectorTests
{
    public static TheoryData<string> Heads => VectorFiles.Names("head");

    public static TheoryData<string> Requests => VectorFiles.Names("request");

    public static TheoryData<string> Replies => VectorFiles.Names("reply");

    public static TheoryData<string> ImageNames => VectorFiles.Names("name");

    [Fact]
    public void Every_file_is_named_as_it_says_and_expects_ok_or_a_word_of_the_catalogue()
    {
        Assert.True(VectorFiles.All.Count > 300);
        foreach (var (name, vector) in VectorFiles.All)
        {
            Assert.Equal(name, vector.Name);
            Assert.Equal(vector.Kind, name[..name.IndexOf('/')]);
            Assert.False(string.IsNullOrWhiteSpace(vector.Headers["comment"]));
            if (vector.Expect != "ok") Assert.NotNull(ErrorCatalogue.FromWord(vector.Expect));
        }
    }

    [Fact]
    public void Every_request_and_its_reply_have_vectors()
    {
        foreach (var verb in Codec.Verbs)
        {
            Assert.Equal("ok", VectorFiles.All["request/" + verb].Expect);
            Assert.Equal(verb, VectorFiles.All["reply/" + verb].Headers["to"]);
        }
    }

    [Theory]
    [MemberData(nameof(Heads))]
    public async Task A_head_is_accepted_or_refused_as_frozen(string name)
    {
        var vector = VectorFiles.All[name];
        Assert.Equal(vector.Expect, await OutcomeAsync(async () =>
        {
            await using var duplex = new Duplex(new PieceStream(vector.Bytes));
            Assert.NotNull(await FrameReader.ReadHeadAsync(duplex, null, TestContext.Current.CancellationToken));
        }));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    [Trait("Requirement", "R0-2.1.3.2")]
    public async Task A_request_is_read_as_frozen_and_written_with_the_same_bytes(string name)
    {
        var vector = VectorFiles.All[name];
        Assert.Equal(vector.Expect, await OutcomeAsync(() =>
        {
            var request = Codec.ReadRequest(HeadParser.Parse(vector.Head));
            Assert.Equal(vector.Body.Length, request.BodySize ?? 0);
            var canonical = vector.Headers.TryGetValue("reads-as", out var other) ? VectorFiles.All[other] : vector;
            Assert.Equal(Text(canonical), Encoding.UTF8.GetString(Codec.Write(request).AsSpan(2)));
            Assert.Equal(canonical.Bytes[..canonical.HeadEnd], Codec.Write(request));
            return Task.CompletedTask;
        }));
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_read_as_frozen_and_written_with_the_same_bytes(string name)
    {
        var vector = VectorFiles.All[name];
        var head = HeadParser.Parse(vector.Head);
        var reply = Codec.ReadReply(vector.Headers["to"], head);
        Assert.Equal(vector.Body.Length, reply.BodySize ?? 0);
        Assert.Equal(reply.Ok ? "ok" : "error", head.Text("status"));
        var canonical = vector.Headers.TryGetValue("reads-as", out var other) ? VectorFiles.All[other] : vector;
        Assert.Equal(Text(canonical), Encoding.UTF8.GetString(Codec.Write(reply, head.Id).AsSpan(2)));
        Assert.Equal(canonical.Bytes[..canonical.HeadEnd], Codec.Write(reply, head.Id));
    }

    [Theory]
    [InlineData("reply/list")]
    [InlineData("reply/have")]
    [InlineData("reply/status")]
    public void Lines_are_read_as_frozen_and_written_with_the_same_bytes(string name)
    {
        var body = VectorFiles.All[name].Body;
        using var lines = new LinesWriter();
        foreach (var line in LinesReader.Read(body))
        {
            lines.Add(name switch
            {
                "reply/list" => ListEntry.Read(line).Write,
                "reply/have" => HaveEntry.Read(line).Write,
                _ => SessionEntry.Read(line).Write,
            });
        }

        Assert.Equal(Encoding.UTF8.GetString(body), Encoding.UTF8.GetString(lines.ToBody()));
    }

    [Theory]
    [MemberData(nameof(ImageNames))]
    public async Task A_name_is_accepted_or_refused_as_frozen(string name)
    {
        var vector = VectorFiles.All[name];
        var text = vector.Json("text");
        if (vector.Bytes.Length > 0 || text.Length == 0) Assert.Equal(vector.Bytes, Encoding.UTF8.GetBytes(text));

        Assert.Equal(vector.Expect, await OutcomeAsync(() =>
        {
            var parsed = ImageName.Parse(text, ImageTypes.Default);
            Assert.Equal(text, parsed.Text);
            Assert.Equal(vector.Json("key"), parsed.Key);
            return Task.CompletedTask;
        }));
        Assert.Equal(vector.Expect == "ok", ImageName.TryParse(text, ImageTypes.Default, out _));
    }

    static string Text(Vector vector) => Encoding.UTF8.GetString(vector.Head);

    static async Task<string> OutcomeAsync(Func<Task> action)
    {
        try
        {
            await action();
            return "ok";
        }
        catch (WirephotoException e)
        {
            return e.Code.Word();
        }
    }
}
