using System.Globalization;
using System.Text.Json;
using Wirephoto.Protocol;
using Wirephoto.Storage.Folder.Checking;

namespace Wirephoto.Server.Checking;

/// <summary>Tells the findings of a check and sums them up, for people or as one JSON object per line.</summary>
sealed class CheckReport(bool json, TextWriter output)
{
    static readonly FindingKind[] Kinds = Enum.GetValues<FindingKind>();

    readonly long[] counts = new long[Kinds.Length];

    /// <summary>How many there are.</summary>
    public long Findings => counts.Sum();

    /// <summary>Tells one.</summary>
    public void Add(Finding finding)
    {
        counts[(int)finding.Kind]++;
        var line = json
            ? JsonSerializer.Serialize(
                new CheckFinding("finding", Word(finding.Kind), finding.Name, finding.Length, finding.Recorded?.ToString(), finding.Found?.ToString(), finding.Message), CheckJson.Default.CheckFinding)
            : $"{Word(finding.Kind),-12} {finding.Name}: {finding.Message}";
        output.WriteLine(VisibleText.Escape(line));
    }

    /// <summary>Sums up.</summary>
    public void Summarize(CheckProgress progress, TimeSpan elapsed)
    {
        var seconds = Math.Round(elapsed.TotalSeconds, 3);
        output.WriteLine(json
            ? JsonSerializer.Serialize(
                new CheckSummary("summary", progress.Files, progress.Bytes, seconds, Findings, this[FindingKind.Missing], this[FindingKind.Changed], this[FindingKind.Damaged],
                    this[FindingKind.Unindexed], this[FindingKind.NotAnImage], this[FindingKind.Unreadable]), CheckJson.Default.CheckSummary)
            : string.Create(CultureInfo.InvariantCulture, $"{progress.Files} {(progress.Files == 1 ? "file" : "files")} with {progress.Bytes} bytes read in {seconds:0.0} s: {Counts()}"));
    }

    long this[FindingKind kind] => counts[(int)kind];

    string Counts() => Findings == 0
        ? "all images are as recorded"
        : string.Join(", ", Kinds.Where(kind => this[kind] > 0).Select(kind => string.Create(CultureInfo.InvariantCulture, $"{this[kind]} {Word(kind)}")));

    static string Word(FindingKind kind) => kind switch
    {
        FindingKind.Missing => "missing",
        FindingKind.Changed => "changed",
        FindingKind.Damaged => "damaged",
        FindingKind.Unindexed => "unindexed",
        FindingKind.NotAnImage => "not_an_image",
        _ => "unreadable",
    };
}
