using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Wirephoto.Crash.Tests.Running;

/// <summary>The real server as a program of its own, to be killed.</summary>
sealed partial class ServerProcess : IAsyncDisposable
{
    /// <summary>128 and the number of SIGKILL.</summary>
    public const int Killed = 137;

    const int SigTerm = 15;

    // Only for a server that hangs; generous, because the machine may be busy.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Process process;
    readonly ConcurrentQueue<string> output = new();
    readonly TaskCompletionSource<bool> serving = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServerProcess(string folder, string? crashAt)
    {
        Port = FreePort();
        var info = new ProcessStartInfo(Path.Combine(Folder, "wirephotod"), [$"{Port}", "--folder", folder, "--bind", "127.0.0.1"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["WIREPHOTO_CRASH_AT"] = crashAt;
        process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => Took(line.Data);
        process.ErrorDataReceived += (_, line) => Note(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public int Port { get; }

    public bool Dead => process.HasExited;

    /// <summary>What it said, for a test that fails.</summary>
    public string Said => string.Join('\n', output);

    static string Folder => PublishedPrograms.FolderOf("Wirephoto.Server") ?? AppContext.BaseDirectory;

    /// <summary>True when it serves, false when it ended before.</summary>
    public Task<bool> ServesAsync() => serving.Task.WaitAsync(Patience);

    public void Kill()
    {
        try
        {
            process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It was faster.
        }
    }

    public void Terminate()
    {
        if (!process.HasExited) _ = Signal(process.Id, SigTerm);
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw new TimeoutException("the server did not end:\n" + Said);
        }

        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    void Took(string? line)
    {
        Note(line);
        if (line is null) serving.TrySetResult(false);
        else if (line.Contains("server up and running", StringComparison.Ordinal)) serving.TrySetResult(true);
    }

    void Note(string? line)
    {
        if (line is not null) output.Enqueue(line);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
