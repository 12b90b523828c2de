using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;

namespace Wirephoto.Server.Tests.Support;

/// <summary>The server as a program on a free port of loopback; ended by its id at the latest when disposed.</summary>
sealed partial class ServerProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process process;
    readonly List<string> output = [];
    readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    ServerProcess(ProcessStartInfo info, int port)
    {
        Port = port;
        process = new Process { StartInfo = info };
        process.OutputDataReceived += (_, line) => Took(line.Data);
        process.Start();
        process.BeginOutputReadLine();
    }

    public int Port { get; }

    public long ResidentBytes
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>Waits until the memory of the process stands still.</summary>
    public async Task SettleAsync()
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var (last, looks) = (0L, 0); looks < 30 && Math.Abs(ResidentBytes - last) > 256 * 1024; looks++)
        {
            last = ResidentBytes;
            await second.WaitForNextTickAsync();
        }
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Starts a server and waits until it serves.</summary>
    public static async Task<ServerProcess> StartAsync(string folder, params string[] more)
    {
        var port = FreePort();
        var server = new ServerProcess(Info([$"{port}", "--folder", folder, .. more]), port);
        await server.started.Task.WaitAsync(Patience);
        return server;
    }

    /// <summary>Starts a server by a script of the shell, which has its command line in <c>"$0" "$@"</c>, and waits until it takes connections.</summary>
    public static async Task<ServerProcess> StartInShellAsync(string script, string folder)
    {
        var port = FreePort();
        var info = Info([]);
        info = new ProcessStartInfo("sh", ["-c", script, info.FileName, $"{port}", "--folder", folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        var server = new ServerProcess(info, port);
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await using var peer = await server.ConnectAsync();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        });
        return server;
    }

    /// <summary>Runs a command line that ends by itself.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Info(arguments))!;
        var text = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill();
            throw;
        }

        return (process.ExitCode, await text, await error);
    }

    public IReadOnlyList<string> Output()
    {
        lock (output) return [.. output];
    }

    public async Task<RawPeer> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, Port);
        return new RawPeer(new SocketDuplex(socket));
    }

    public void Signal(int number) => Assert.Equal(0, Kill(process.Id, number));

    public async Task<int> ExitAsync()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        process.WaitForExit();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    static string Folder => PublishedPrograms.FolderOf("Wirephoto.Server") ?? AppContext.BaseDirectory;

    // What native code is told when it is made (Wirephoto.Server.csproj).
    static ProcessStartInfo Info(string[] arguments) => new(Path.Combine(Folder, "wirephotod"), arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment = { ["DOTNET_GCgen0size"] = "1000000" },
    };

    void Took(string? line)
    {
        if (line is null)
        {
            started.TrySetException(new InvalidOperationException("the server ended: " + process.StandardError.ReadToEnd()));
            return;
        }

        lock (output) output.Add(line);
        if (line.Contains("server up and running", StringComparison.Ordinal)) started.TrySetResult();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
