using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;
using Wirephoto.Protocol.Tests.Mutation;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The lines of a list, have or status, as a client reads them.</summary>
public sealed class LinesTarget : FuzzTarget
{
    /// <inheritdoc/>
    public override string Name => "lines";

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => FrozenVectors.Of("reply")
        .Select(frame => frame[Math.Min(frame.Length, 2 + (frame[0] * 256) + frame[1])..]).Where(body => body.Length > 0)
        .Append("{\"filename\":\"a.jpg\",\"length\":1}\n{\"folder\":\"b\"}\n"u8.ToArray());

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
    [
        .. ((string[])["{", "}", "\n", "\n\n", "\r\n", "\"filename\":\"x.jpg\"", "\"folder\":\"x\"", "\"length\":0", "\"sha256\":null", "\"filenames\":[]", ",", "\\n",
            "\"start\":\"2026-11-20T12:18:39Z\"", "\"modified\":\"9999-12-31T23:59:59.999999999Z\"", "\"width\":-1"]).Select(Encoding.UTF8.GetBytes),
        [0xff],
    ];

    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (256 << 10) + (512L * payload);

    /// <inheritdoc/>
    public override ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        var kinds = new HashSet<string>();
        var lines = 0;
        try
        {
            foreach (var line in LinesReader.Read(input.Payload))
            {
                lines++;
                kinds.Add(Kind(line, ListEntry.Read) + Kind(line, HaveEntry.Read) + Kind(line, SessionEntry.Read));
            }
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.BadHead)
        {
            return ValueTask.FromResult(Verdict.Of(refusal) with { Value = lines });
        }

        return ValueTask.FromResult(Verdict.Of(string.Join(' ', kinds.Order(StringComparer.Ordinal).Take(3)), lines));
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var lines = Encoding.Latin1.GetString(input.Payload).Split('\n').ToList();
        if (lines[^1].Length == 0) lines.RemoveAt(lines.Count - 1);
        var bad = lines.FindIndex(line => SlowHead.Read(Encoding.Latin1.GetBytes(line)) is null);
        FindingException.Unless(verdict.Accepted == bad < 0, $"the slow rule finds the first bad line at {bad} of {lines.Count}");
        FindingException.Unless(Entries(() => LinesReader.ReadListing(input.Payload)) == Entries(() => LinesReader.Read(input.Payload).Select(ListEntry.Read)),
            "a listing reads otherwise than its lines do");
        FindingException.Unless((int)verdict.Value! == (bad < 0 ? lines.Count : bad), "lines were lost or made up");
        return ValueTask.CompletedTask;
    }

    static string Entries(Func<IEnumerable<ListEntry>> read)
    {
        try
        {
            return string.Join('\n', read());
        }
        catch (WirephotoException refusal)
        {
            return refusal.Message;
        }
    }

    static string Kind<T>(Head line, Func<Head, T> read)
    {
        try
        {
            return read(line) is not null ? "+" : "-";
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.BadRequest)
        {
            return Verdict.ShapeOf(refusal.Message);
        }
    }
}
