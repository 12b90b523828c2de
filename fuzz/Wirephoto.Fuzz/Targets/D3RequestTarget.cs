using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Fuzz.SlowRules;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Dialects.D3;

namespace Wirephoto.Fuzz.Targets;

/// <summary>A request of D3, whose end has to be told from its beginning, in whatever pieces it arrives.</summary>
public sealed class D3RequestTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "d3-request";

    /// <inheritdoc/>
    public override int MostBytes => 300;

    // It is parsed again with every piece that arrives.
    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (64 << 10) + (16L * payload * payload);

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => FrozenVectors.Side("d3", 'C');

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. ((string[])["list ", "get ", "put ", "invalid", " ", "  ", ".jpg ", ".PNG ", ".jpeg", "a b.jpg c.png ", "/", "\\", "é"]).Select(Encoding.UTF8.GetBytes), [0], [0, 0, 1, 0], [0x1f], [0x20, 0x20]];

    // What is not recognised as this dialect never comes here.
    /// <inheritdoc/>
    public override byte[] Repair(byte[] payload, Random random) =>
        SlowD3Request.IsRequest(payload) ? payload : [.. random.Next(2) == 0 ? "get "u8 : "put "u8, .. payload.AsSpan(Math.Min(4, payload.Length))];

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        if (!SlowD3Request.IsRequest(input.Payload)) return ValueTask.FromResult(new Verdict("other", "other"));
        var next = input.Pieces();
        D3Request? request = null;
        for (var seen = 0; seen < input.Payload.Length && request is not { Certain: true };)
        {
            seen += Math.Min(next(), input.Payload.Length - seen);
            if (SlowD3Request.IsRequest(input.Payload[..seen])) request = D3Request.Parse(input.Payload.AsSpan(0, seen), ImageTypes.Default);
        }

        return ValueTask.FromResult(request is null
            ? new Verdict("unfinished", "unfinished")
            : Verdict.Of($"{request.Verb} {request.Certain} {Math.Min(request.Name.Length, 3)} {request.Length == input.Payload.Length}", request));
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        if (verdict.Code == "other") return ValueTask.CompletedTask;
        var expected = SlowD3Request.Read(input.Payload);
        var request = (D3Request?)verdict.Value;
        FindingException.Unless((request is null) == (expected is null), $"the slow rule says {expected}");
        if (request is null || expected is null) return ValueTask.CompletedTask;
        FindingException.Unless(request.Length == expected.Length && request.Certain == expected.Certain, $"the slow rule ends it at {expected.Length}, certain {expected.Certain}");
        FindingException.Unless(Encoding.Latin1.GetString(request.Name) == expected.Name, $"the slow rule reads the name '{expected.Name}'");
        return ValueTask.CompletedTask;
    }
}
