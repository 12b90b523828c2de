using System.Buffers.Binary;
using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Tests.Mutation;
using Wirephoto.Protocol.Tests.Vectors;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Fuzz.Targets;

/// <summary>Frames of the native protocol: length, head, and what the messages read of it. Bodies are taken for heads here.</summary>
public sealed class HeadTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "heads";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => [.. FrozenVectors.Of("head"), .. FrozenVectors.Of("request"), .. FrozenVectors.Of("reply")];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. ((string[])["{", "}", "[", "]", "\"", "\\", ",", ":", " ", "\n", "0", "9", "-", ".", "e1", "null", "true", "\\u0061", "\\ud83d", "\\ude00", "\\u0000",
            "\"type\":", "\"id\":", "\"size\":", "\"status\":\"ok\",", "9007199254740991", "9007199254740992", "[[[[[[[", "é", "📷", "\u0001", "{\"a\":1}"])
            .Select(Encoding.UTF8.GetBytes),
        [0xff], [0xc0], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0, 2, 0x7b, 0x7d],
    ];

    /// <inheritdoc/>
    public override byte[] Repair(byte[] payload, Random random)
    {
        if (payload.Length >= 2) BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)(payload.Length - 2));
        return payload;
    }

    /// <inheritdoc/>
    public override async ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        await using var duplex = new Duplex(new CutStream(input));
        var heads = new List<Head>();
        try
        {
            while (await FrameReader.ReadHeadAsync(duplex, null, CancellationToken.None) is { } head) heads.Add(head);
            var shapes = heads.Select(Shape).ToList();
            return Verdict.Of($"{Math.Min(heads.Count, 3)} {string.Join(' ', shapes.Take(3))}", heads);
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.BadHead)
        {
            return Verdict.Of(refusal) with { Value = heads };
        }
        catch (EndOfStreamException)
        {
            return new Verdict("cut", $"cut after {Math.Min(heads.Count, 3)}", heads);
        }
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var heads = (List<Head>)verdict.Value!;
        var (expected, end) = SlowFrames(input.Payload);
        FindingException.Unless(heads.Count == expected.Count, $"{heads.Count} heads were read where the slow rule reads {expected.Count}");
        FindingException.Unless(end == verdict.Code, $"the heads end with {verdict.Code} where the slow rule says {end}");
        foreach (var (head, members) in heads.Zip(expected)) Agree(head, members);
        return ValueTask.CompletedTask;
    }

    // What a message makes of a head, or why it refuses it. What it accepts comes back the same from its own writing.
    static string Shape(Head head)
    {
        Request request;
        try
        {
            request = Codec.ReadRequest(head);
        }
        catch (WirephotoException refusal) when (refusal.Code is ErrorCode.BadHead or ErrorCode.BadRequest or ErrorCode.UnknownRequest)
        {
            return Verdict.Of(refusal).Shape;
        }

        var written = Codec.Write(request);
        var again = Codec.Write(Codec.ReadRequest(HeadParser.Parse(written.AsMemory(2))));
        FindingException.Unless(written.AsSpan().SequenceEqual(again), "a request does not come back from its own writing");
        return request.Type;
    }

    static void Agree(Head head, Dictionary<string, object?> members)
    {
        foreach (var (name, value) in members)
        {
            FindingException.Unless(head.Has(name), $"the member '{name}' is missing");
            var same = value switch
            {
                string text => head.Text(name) == text,
                long number => head.Number(name) == number,
                bool flag => head.OptionalFlag(name) == flag,
                _ => true,
            };
            FindingException.Unless(same, $"the member '{name}' is another one");
        }
    }

    static (List<Dictionary<string, object?>> Heads, string End) SlowFrames(byte[] bytes)
    {
        var heads = new List<Dictionary<string, object?>>();
        for (var at = 0; ;)
        {
            if (at == bytes.Length) return (heads, Verdict.Yes);
            if (at + 2 > bytes.Length) return (heads, "cut");
            var length = (bytes[at] * 256) + bytes[at + 1];
            if (length < 2) return (heads, "bad_head");
            if (at + 2 < bytes.Length && bytes[at + 2] != '{') return (heads, "bad_head");
            if (at + 2 + length > bytes.Length) return (heads, "cut");
            if (SlowHead.Read(bytes[(at + 2)..(at + 2 + length)]) is not { } members) return (heads, "bad_head");
            heads.Add(members);
            at += 2 + length;
        }
    }
}
