namespace Wirephoto.Fuzz.Engine;

/// <summary>
/// One target, attacked with inputs that follow from a seed: the same number of them is the same attack everywhere. What brings forth a verdict
/// that was not seen before becomes a seed itself.
/// </summary>
public sealed class Campaign(FuzzTarget target, int seed, Watch? watch = null)
{
    const int MostCorpus = 4000;
    const int MostFindings = 5;

    readonly Random random = new(seed);
    readonly List<byte[]> corpus = [];
    readonly HashSet<string> shapes = [];
    readonly SortedDictionary<string, long> codes = new(StringComparer.Ordinal);
    readonly Dictionary<string, Finding> findings = [];

    /// <summary>Inputs so far.</summary>
    public long Inputs { get; private set; }

    /// <summary>Verdicts that differ in more than numbers and texts.</summary>
    public int Shapes => shapes.Count;

    /// <summary>How many inputs got which verdict.</summary>
    public IReadOnlyDictionary<string, long> Codes => codes;

    /// <summary>What was found, one input for each kind.</summary>
    public IReadOnlyCollection<Finding> Findings => findings.Values;

    /// <summary>Runs the seeds, whole and byte by byte, then mutations of them for as long as asked.</summary>
    /// <param name="goOn">Asked before every input, with the number of inputs so far.</param>
    public async Task RunAsync(Func<long, bool> goOn)
    {
        var probe = new Probe(target, watch);
        foreach (var payload in target.Seeds())
        {
            var bytes = payload.Length > target.MostBytes ? payload[..target.MostBytes] : payload;
            corpus.Add([0, 0, .. bytes]);
            await TryAsync(probe, new FuzzInput([0, 0, .. bytes]));
            await TryAsync(probe, new FuzzInput([1, 0, .. bytes]));
        }

        var mutator = new Mutator(target, corpus, random);
        while (findings.Count < MostFindings && goOn(Inputs)) await TryAsync(probe, mutator.Next());
    }

    async ValueTask TryAsync(Probe probe, FuzzInput input)
    {
        var (verdict, finding) = await probe.RunAsync(input);
        Inputs++;
        if (finding is not null)
        {
            var shape = Verdict.ShapeOfFinding(finding);
            if (!findings.ContainsKey(shape)) findings.Add(shape, await ShrinkAsync(probe, input, shape));
            return;
        }

        codes[verdict!.Code] = codes.GetValueOrDefault(verdict.Code) + 1;
        if (corpus.Count < MostCorpus && shapes.Add(verdict.Shape)) corpus.Add(input.Bytes);
    }

    // Leaves out what the finding does not need, in ever smaller blocks.
    static async Task<Finding> ShrinkAsync(Probe probe, FuzzInput input, string shape)
    {
        for (var block = input.Payload.Length / 2; block > 0; block /= 2)
        {
            for (var at = 0; at + block <= input.Payload.Length;)
            {
                var less = new FuzzInput([.. input.Bytes.AsSpan(0, FuzzInput.CutBytes), .. input.Payload.AsSpan(0, at), .. input.Payload.AsSpan(at + block)]);
                if ((await probe.RunAsync(less)).Finding is { } same && Verdict.ShapeOfFinding(same) == shape) input = less;
                else at += block;
            }
        }

        return new Finding(input.Bytes, (await probe.RunAsync(input)).Finding ?? shape);
    }
}

/// <summary>An input that a decoder does wrong on.</summary>
public sealed record Finding(byte[] Bytes, string Message);
