using System.Diagnostics;
using System.Globalization;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Targets;

namespace Wirephoto.Fuzz;

/// <summary>The command line: how long, from which seed, which targets; or saved inputs to run again.</summary>
static class FuzzCommand
{
    const string Help = """
        fuzz/run [--minutes N] [--seed N] [TARGET...]   attack all targets, or some, for N minutes in all (default: 1)
        fuzz/run --replay TARGET FILE...                run saved inputs again
        The same seed gives the same inputs. What is found is saved under fuzz/findings/TARGET.
        Exit code: 0 nothing found, 1 something found, 2 wrong usage.
        """;

    /// <summary>Runs the program.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--replay", var name, .. var files]) return await ReplayAsync(name, files);
        var (minutes, seed) = (1.0, Random.Shared.Next());
        var names = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] == "--minutes" && i + 1 < args.Length && double.TryParse(args[i + 1], CultureInfo.InvariantCulture, out minutes)) i++;
            else if (args[i] == "--seed" && i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out seed)) i++;
            else if (AllTargets.Names.Contains(args[i])) names.Add(args[i]);
            else return Usage();
        }

        if (names.Count == 0) names.AddRange(AllTargets.Names);
        Console.WriteLine($"seed {seed}, {minutes.ToString(CultureInfo.InvariantCulture)} minutes, {names.Count} targets");
        var found = 0;
        foreach (var target in names) found += await AttackAsync(target, seed, TimeSpan.FromMinutes(minutes / names.Count));
        Console.WriteLine($"peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB, {found} findings");
        return found == 0 ? 0 : 1;
    }

    static async Task<int> AttackAsync(string name, int seed, TimeSpan time)
    {
        var target = AllTargets.Make(name)!;
        using var watch = new Watch(input => Hang(target, input));
        var campaign = new Campaign(target, seed, watch);
        var clock = Stopwatch.StartNew();
        await campaign.RunAsync(inputs => (inputs & 15) != 0 || clock.Elapsed < time);
        var codes = string.Join(", ", campaign.Codes.OrderByDescending(code => code.Value).Select(code => $"{code.Key} {code.Value}"));
        Console.WriteLine($"{name,-15} {campaign.Inputs,10} inputs {campaign.Inputs / clock.Elapsed.TotalSeconds,9:0}/s {campaign.Shapes,5} shapes {campaign.Findings.Count,2} findings   {codes}");
        foreach (var finding in campaign.Findings) Tell(SavedFindings.Save(target, finding.Bytes), finding.Message);
        await DisposeAsync(target);
        return campaign.Findings.Count;
    }

    static async Task<int> ReplayAsync(string name, string[] files)
    {
        if (AllTargets.Make(name) is not { } target || files.Length == 0) return Usage();
        var found = 0;
        using var watch = new Watch(input => Hang(target, input));
        foreach (var file in files)
        {
            var (verdict, finding) = await new Probe(target, watch).RunAsync(new FuzzInput(await File.ReadAllBytesAsync(file)));
            Tell(file, finding ?? verdict!.Shape);
            if (finding is not null) found++;
        }

        await DisposeAsync(target);
        return found == 0 ? 0 : 1;
    }

    /// <summary>Lets go of what a target holds.</summary>
    public static async ValueTask DisposeAsync(FuzzTarget target)
    {
        if (target is IAsyncDisposable later) await later.DisposeAsync();
        else (target as IDisposable)?.Dispose();
    }

    static void Hang(FuzzTarget target, FuzzInput input)
    {
        Tell(SavedFindings.Save(target, input.Bytes), $"{target.Name} does not come to an end within {Watch.Most.TotalSeconds} s");
        Environment.Exit(1);
    }

    static void Tell(string file, string message) => Console.WriteLine($"  {file}\n    {message.ReplaceLineEndings("\n    ")}");

    static int Usage()
    {
        Console.Error.WriteLine($"{Help}\nTargets: {string.Join(' ', AllTargets.Names)}");
        return 2;
    }
}
