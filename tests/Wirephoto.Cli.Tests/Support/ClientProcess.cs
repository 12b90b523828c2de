using System.Diagnostics;

namespace Wirephoto.Cli.Tests.Support;

/// <summary>How a run of a program ended.</summary>
sealed record Outcome(int ExitCode, string Output, string Error)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>The built programs, run as a user runs them: a process, a current folder, redirected streams.</summary>
static class ClientProcess
{
    // .../bin/Wirephoto.Cli.Tests/debug/ -> .../bin/NAME/debug/
    static readonly DirectoryInfo Here = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));

    /// <summary>Where the program of a project is.</summary>
    public static string PathOf(string project, string program) => Path.Combine(
        PublishedPrograms.FolderOf(project) ?? Path.Combine(Here.Parent!.Parent!.FullName, project, Here.Name),
        OperatingSystem.IsWindows() ? program + ".exe" : program);

    /// <summary>Starts the client without waiting for it.</summary>
    public static Process Start(string folder, IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? variables = null)
    {
        var start = new ProcessStartInfo(PathOf("Wirephoto.Cli", "wirephoto"), args)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("WIREPHOTO_SERVER");
        start.Environment["XDG_STATE_HOME"] = Path.Combine(folder, ".state");
        foreach (var (name, value) in variables ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Runs the client in a folder.</summary>
    public static Task<Outcome> RunAsync(string folder, params string[] args) => RunAsync(folder, args, "", null);

    /// <summary>Runs the client in a folder, with something typed and variables.</summary>
    public static async Task<Outcome> RunAsync(string folder, string[] args, string typed, Dictionary<string, string>? variables)
    {
        using var process = Start(folder, args, variables);
        return await EndAsync(process, typed);
    }

    /// <summary>Waits for the end of a program, which must come within a minute.</summary>
    public static async Task<Outcome> EndAsync(Process process, string typed = "")
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.StandardInput.WriteAsync(typed);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
