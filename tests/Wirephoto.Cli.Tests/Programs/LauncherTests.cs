using System.Diagnostics;
using System.Runtime.CompilerServices;
using Wirephoto.Cli.Tests.Support;

namespace Wirephoto.Cli.Tests.Programs;

/// <summary>The launchers at the root, in a copy of the tree where a script stands in for dotnet: it notes each build and makes a program that tells what it got.</summary>
public sealed class LauncherTests : IDisposable
{
    const string FakeDotnet = """
        #!/usr/bin/env bash
        if [[ $1 == --version ]]; then echo "$FAKE_VERSION"; exit; fi
        case " $* " in *" -p:PublishAot=true "*) how=native;; *) how=ahead;; esac
        echo $how >>"$FAKE_ROOT/builds"
        [[ -e $FAKE_ROOT/broken || -e $FAKE_ROOT/broken-$how ]] && { echo "error CS1002: ; expected"; exit 1; }
        case $2 in */Wirephoto.Cli.csproj) program=wirephoto;; *) program=wirephotod;; esac
        while [[ $1 != --output ]]; do shift; done
        mkdir -p "$2"
        printf '#!/usr/bin/env bash\necho "$0|$PWD|$*"\nexit 7\n' >"$2/$program"
        chmod +x "$2/$program"
        """;

    // What the launchers need beside .NET.
    static readonly string[] Tools = ["bash", "readlink", "find", "mkdir", "flock", "touch", "mv", "rm", "cat", "env", "chmod", "grep"];

    readonly TempFolder tree = new();

    public LauncherTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the launchers are for bash");
        var repository = Repository();
        foreach (var file in (string[])["client", "server", "src/launch.sh"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(tree[file])!);
            File.Copy(Path.Combine(repository, file), tree[file]);
        }

        tree.Write("global.json", []);
        tree.Write("Directory.Build.props", []);
        tree.Write("src/Wirephoto.Cli/Program.cs", []);
        tree.Write("elsewhere/here", []);
        MakeProgram("bin/dotnet", FakeDotnet);
        MakeProgram("bin/gcc", "");
        Age(tree.Root);
    }

    [Theory]
    [Trait("Requirement", "R0-2.1.1.1")]
    [InlineData("client", "Wirephoto.Cli", "wirephoto")]
    [InlineData("server", "Wirephoto.Server", "wirephotod")]
    public async Task It_builds_once_and_becomes_the_program_in_the_current_folder(string launcher, string project, string program)
    {
        var first = await RunAsync(tree[launcher], "a b", "", "*");
        var second = await RunAsync(tree[launcher], "a b", "", "*");

        Assert.Equal(7, first.ExitCode);
        Assert.Equal($"{tree[$"artifacts/programs/{project}/{program}"]}|{tree["elsewhere"]}|a b  *\n", first.Output);
        Assert.Equal("building wirephoto…\n", first.Error);
        Assert.Equal((first.Output, ""), (second.Output, second.Error));
        Assert.Equal(1, Builds());
    }

    [Fact]
    public async Task It_builds_again_when_a_source_is_newer_or_gone()
    {
        await RunAsync(tree["client"]);
        tree.Write("src/Wirephoto.Cli/New.cs", [1]);
        await RunAsync(tree["client"]);
        Assert.Equal(2, Builds());

        Age(tree["src"]);
        File.Delete(tree["src/Wirephoto.Cli/New.cs"]);
        await RunAsync(tree["client"]);
        Assert.Equal(3, Builds());
    }

    [Fact]
    public async Task Two_at_once_build_once()
    {
        await Task.WhenAll(RunAsync(tree["client"]), RunAsync(tree["client"]), RunAsync(tree["client"]));
        Assert.Equal(1, Builds());
    }

    [Fact]
    public async Task It_works_through_a_symbolic_link()
    {
        File.CreateSymbolicLink(tree["elsewhere/photos"], tree["client"]);
        Assert.Equal(7, (await RunAsync(tree["elsewhere/photos"])).ExitCode);
    }

    [Fact]
    public async Task A_failed_build_shows_its_output_and_is_tried_again()
    {
        tree.Write("broken", []);
        var outcome = await RunAsync(tree["client"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("error CS1002", outcome.Error, StringComparison.Ordinal);

        File.Delete(tree["broken"]);
        Assert.Equal(7, (await RunAsync(tree["client"])).ExitCode);
    }

    [Fact]
    public async Task It_is_native_code_where_a_compiler_links_it_and_else_compiled_ahead()
    {
        await RunAsync(tree["client"]);
        Assert.Equal(["native"], File.ReadAllLines(tree["builds"]));

        tree.Write("broken-native", []);
        tree.Write("src/Wirephoto.Cli/New.cs", [1]);
        var outcome = await RunAsync(tree["client"]);

        Assert.Equal(7, outcome.ExitCode);
        Assert.Contains("native code could not be made", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["native", "native", "ahead"], File.ReadAllLines(tree["builds"]));
    }

    [Fact]
    public async Task On_another_processor_it_is_built_again()
    {
        await RunAsync(tree["client"]);
        tree.Write("artifacts/launch/Wirephoto.Cli.stamp", "flags: others"u8.ToArray());
        Assert.Equal(7, (await RunAsync(tree["client"])).ExitCode);
        await RunAsync(tree["client"]);
        Assert.Equal(2, Builds());
    }

    [Fact]
    public async Task Without_a_compiler_it_is_compiled_ahead()
    {
        foreach (var tool in Tools) File.CreateSymbolicLink(tree["bin/" + tool], File.Exists("/usr/bin/" + tool) ? "/usr/bin/" + tool : "/bin/" + tool);
        File.Delete(tree["bin/gcc"]);

        Assert.Equal(7, (await RunAsync(tree["client"], path: tree["bin"])).ExitCode);
        Assert.Equal(["ahead"], File.ReadAllLines(tree["builds"]));
    }

    [Theory]
    [InlineData("8.0.100")]
    [InlineData("")]
    public async Task An_sdk_that_is_too_old_is_named(string version)
    {
        var outcome = await RunAsync(tree["client"], version: version);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("10 or later", Assert.Single(outcome.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_sdk_is_named()
    {
        File.Delete(tree["bin/dotnet"]);
        foreach (var tool in Tools) File.CreateSymbolicLink(tree["bin/" + tool], File.Exists("/usr/bin/" + tool) ? "/usr/bin/" + tool : "/bin/" + tool);

        var outcome = await RunAsync(tree["client"], path: tree["bin"]);

        Assert.Equal(1, outcome.ExitCode);
        Assert.Contains("'dotnet' was not found", outcome.Error, StringComparison.Ordinal);
    }

    Task<Outcome> RunAsync(string launcher, params string[] args) => RunAsync(launcher, "10.0.100", null, args);

    Task<Outcome> RunAsync(string launcher, string version = "10.0.100", string? path = null) => RunAsync(launcher, version, path, []);

    async Task<Outcome> RunAsync(string launcher, string version, string? path, string[] args)
    {
        var start = new ProcessStartInfo("/bin/bash", [launcher, .. args])
        {
            WorkingDirectory = tree["elsewhere"],
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = path ?? tree["bin"] + ":" + Environment.GetEnvironmentVariable("PATH");
        start.Environment["FAKE_ROOT"] = tree.Root;
        start.Environment["FAKE_VERSION"] = version;
        using var process = Process.Start(start)!;
        return await ClientProcess.EndAsync(process);
    }

    int Builds() => File.Exists(tree["builds"]) ? File.ReadAllLines(tree["builds"]).Length : 0;

    void MakeProgram(string path, string text)
    {
        var file = new FileInfo(tree.Write(path, System.Text.Encoding.UTF8.GetBytes(text)));
        if (!OperatingSystem.IsWindows()) file.UnixFileMode |= UnixFileMode.UserExecute;
    }

    // As if everything had been there for an hour: a build that follows is surely newer.
    static void Age(string folder)
    {
        var then = DateTime.UtcNow.AddHours(-1);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)) File.SetLastWriteTimeUtc(path, then);
        Directory.SetLastWriteTimeUtc(folder, then);
    }

    static string Repository([CallerFilePath] string here = "")
    {
        var folder = new DirectoryInfo(Path.GetDirectoryName(here)!);
        while (!File.Exists(Path.Combine(folder.FullName, "Wirephoto.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }

    public void Dispose() => tree.Dispose();
}
