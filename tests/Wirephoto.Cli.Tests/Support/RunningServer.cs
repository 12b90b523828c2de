using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wirephoto.Cli.Tests.Support;

/// <summary>The real server as a process, on a free port of the loopback address, serving a folder of its own.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly Process process;
    readonly TempFolder images;

    RunningServer(Process process, TempFolder images, int port)
    {
        this.process = process;
        this.images = images;
        Port = port.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public string Port { get; }

    public string Address => "127.0.0.1:" + Port;

    /// <summary>The folder that it serves.</summary>
    public string Folder => images.Root;

    /// <summary>Starts it; it accepts clients when this returns.</summary>
    public static async Task<RunningServer> StartAsync(params string[] options)
    {
        for (var attempt = 1; ; attempt++)
        {
            var images = new TempFolder();
            var port = FreePort();
            var start = new ProcessStartInfo(ClientProcess.PathOf("Wirephoto.Server", "wirephotod"), [$"{port}", "--folder", images.Root, "--bind", "127.0.0.1", .. options])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            var process = Process.Start(start)!;
            if (await ListensAsync(process)) return new(process, images, port);

            // Somebody else may have taken the port between the look and the start.
            images.Dispose();
            Assert.True(attempt < 5, "the server does not start");
        }
    }

    /// <summary>Runs the client against it.</summary>
    public Task<Outcome> ClientAsync(string folder, params string[] requests) => ClientProcess.RunAsync(folder, ["127.0.0.1", Port, .. requests]);

    // Its log is read to the end, so that a full pipe never stops it.
    static async Task<bool> ListensAsync(Process process)
    {
        var listening = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += Look;
        process.ErrorDataReceived += Look;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => listening.TrySetResult(false);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await listening.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);

        void Look(object sender, DataReceivedEventArgs line)
        {
            if (line.Data?.Contains("up and running", StringComparison.Ordinal) == true) listening.TrySetResult(true);
        }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        images.Dispose();
    }
}
