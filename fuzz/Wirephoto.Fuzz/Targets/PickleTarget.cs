using System.Buffers.Binary;
using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Fuzz.SlowRules;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects.D1;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The pickles of D1, without the length before them.</summary>
public sealed class PickleTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "d1-pickle";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => FrozenVectors.Side("d1", 'C').Concat(FrozenVectors.Side("d1", 'S')).Where(frame => frame.Length > 4)
        .Select(frame => frame[4..(int)Math.Min(frame.Length, 4L + BinaryPrimitives.ReadUInt32BigEndian(frame))]);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. "}(u.sN)]tRcbo\u0081\u0094\u0096\u0052".Select(c => (byte[])[(byte)c]),
        [0x80, 2], [0x80, 5], [0x71, 0], [0x68, 0], [0x68, 1], [0x72, 0, 0, 0, 0], [0x6a, 1, 0, 0, 0], [0x95, 1, 0, 0, 0, 0, 0, 0, 0], [0x4b, 1], [0x93], [0x85],
        [0x8c, 1, 65], [0x58, 1, 0, 0, 0, 66], [0x8d, 1, 0, 0, 0, 0, 0, 0, 0, 67], [0x43, 1, 65], [0x42, 1, 0, 0, 0, 66], [0x8e, 1, 0, 0, 0, 0, 0, 0, 0, 67],
        [0x8c, 9, .. "FILE_DATA"u8], [0x8c, 7, .. "COMMAND"u8], "cos\nsystem\n"u8.ToArray(),
    ];

    // The frame ends where its first FRAME says, if the rest fits behind it.
    /// <inheritdoc/>
    public override byte[] Repair(byte[] payload, Random random)
    {
        if (payload.Length > 11 && payload[2] == 0x95) BinaryPrimitives.WriteUInt64LittleEndian(payload.AsSpan(3), (ulong)payload.Length - 11);
        return payload;
    }

    /// <inheritdoc/>
    public override async ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        await using var duplex = new Duplex(new CutStream(input));
        var pickle = new PickleReader(new FrameInput(duplex, input.Payload.Length));
        var data = new MemoryStream();
        try
        {
            while (await pickle.ReadAsync(CancellationToken.None) is { } size)
            {
                var body = await new BodyReader(duplex, size).ReadAllAsync(MostBytes, CancellationToken.None);
                data.Write(body);
            }
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.BadHead)
        {
            return Verdict.Of(refusal);
        }

        var members = pickle.Members.ToDictionary(member => member.Key, member => Plain(member.Value, data));
        return Verdict.Of(string.Join(' ', members.Select(member => $"{member.Key.Length} {member.Value?.GetType().Name}").Take(5)), members);
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var expected = SlowPickle.Read(input.Payload);
        if (verdict.Value is not Dictionary<string, object?> members)
        {
            // The slow machine knows more opcodes and limits than the server wants; it only has to know all that the server takes.
            return ValueTask.CompletedTask;
        }

        FindingException.Unless(expected is not null, "the slow machine refuses this pickle");
        FindingException.Unless(members.Count == expected!.Count && members.All(member => expected.TryGetValue(member.Key, out var value) && Same(member.Value, value)),
            $"the slow machine reads {string.Join(", ", expected.Keys)}");
        return ValueTask.CompletedTask;
    }

    static object? Plain(PickleValue value, MemoryStream data) => value.Kind switch
    {
        PickleKind.Text => value.Text,
        PickleKind.Data => data.ToArray(),
        _ => null,
    };

    static bool Same(object? left, object? right) => left is byte[] bytes ? right is byte[] others && bytes.AsSpan().SequenceEqual(others) : Equals(left, right);
}
