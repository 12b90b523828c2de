using Wirephoto.Cli.Arguments;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Framing;

namespace Wirephoto.Cli.Reports;

/// <summary>Prints the report of each request and file, and remembers what the exit code and the summary need. Safe to use from many threads.</summary>
sealed class Reporter(Screen screen, CliOptions options, TimeProvider clock) : IDisposable
{
    // A summary that repeats what still stands on the screen helps nobody.
    const int ScrolledAway = 20;
    const int MostRepeated = 1000;

    readonly Lock counting = new();
    readonly JsonLines json = new(clock);
    readonly List<string> failures = [];
    readonly List<string> skipped = [];
    readonly List<string> remedies = [];
    long reports;
    long transfers;
    long alreadyThere;
    long failed;
    int told;

    /// <summary>Address and port of the server, as report lines print them.</summary>
    public string Server { get; set; } = "";

    /// <summary>The highest exit code of all reports so far.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Whether anything failed so far.</summary>
    public bool AnyFailed => failed > 0;

    /// <summary>Prints a report: of a listing to standard error, because its entries are what was asked for; any other to standard output.</summary>
    public void Add(Report report)
    {
        lock (counting)
        {
            reports++;
            if (report.Request is Verb.Put or Verb.Get) transfers++;
            if (report.AlreadyThere) alreadyThere++;
            if (report.Success && options.Quiet && !IsAnswer(report.Request)) return;
            var line = options.Json ? json.Of(report, Server) : ReportLine.Of(report, Server);
            if (!report.Success) Remember(report, line);
            if (report.Request == Verb.List) screen.Note(line);
            else screen.Line(line);
        }
    }

    /// <summary>Prints a line that was asked for, such as a session; already escaped. Not in JSON, where the report holds it.</summary>
    public void Detail(string line)
    {
        if (!options.Json) screen.Line(line);
    }

    /// <summary>Prints an entry of a listing or a session as JSON.</summary>
    public void Entry(Action<HeadWriter> entry)
    {
        lock (counting) screen.Line(json.Of(entry));
    }

    /// <summary>Prints a remark that nobody asked for, unless silence was.</summary>
    public void Remark(string text)
    {
        if (!options.Quiet && !options.Json) screen.Note(VisibleText.Escape(text));
    }

    /// <summary>Says what is passed over, and again at the end if that has scrolled away.</summary>
    public void Skipped(string text)
    {
        Remark(text);
        lock (counting) skipped.Add(text);
    }

    /// <summary>Says at the end how many transfers there were and what failed, if that has scrolled away, and what can be done about the failures.</summary>
    /// <param name="whole">Whether all that was asked for was tried.</param>
    public void Finish(bool whole)
    {
        screen.Flush();
        if (options.Json || options.Quiet) return;
        if (transfers > ScrolledAway && alreadyThere > 0) screen.Note($"{alreadyThere} of {transfers} {(alreadyThere == 1 ? "was" : "were")} there already");
        if (failed > 0 && reports > ScrolledAway) RepeatFailures();
        else if (failed == 0 && transfers > ScrolledAway && whole) screen.Note($"all {transfers} done");
        if (reports > ScrolledAway) skipped.ForEach(text => screen.Note(VisibleText.Escape(text)));
        Remedies();
    }

    void RepeatFailures()
    {
        screen.Note($"{failed} of {reports} failed:");
        foreach (var line in failures) screen.Note("  " + line);
        if (failed > failures.Count) screen.Note($"  … and {failed - failures.Count} more");
    }

    /// <summary>Says what can be done about the failures: each remedy once.</summary>
    public void Remedies()
    {
        if (options.Json || options.Quiet) return;
        for (; told < remedies.Count; told++) screen.Note(remedies[told]);
    }

    // Of these the report is what was asked for.
    static bool IsAnswer(Verb request) => request is Verb.Stat or Verb.Have or Verb.Say;

    void Remember(Report report, string line)
    {
        failed++;
        var code = report.Error!.Value;
        ExitCode = Math.Max(ExitCode, (int)code.Info().Kind);
        if (failures.Count < MostRepeated) failures.Add(line);
        var remedy = $"{code.Word()}: {report.Remedy ?? code.Info().Remedy}";
        if (!remedies.Contains(remedy)) remedies.Add(remedy);
    }

    /// <inheritdoc/>
    public void Dispose() => json.Dispose();
}
