using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Wirephoto.Cli.Tests.Support;

/// <summary>The real server as a process, on a free port of the loopback address, serving a folder of its own.</summary>
sealed class RunningServer : IAsyncDisposable
{
    readonly TempFolder images;
    readonly string[] options;
    Process process;

    RunningServer(Process process, TempFolder images, int port, string[] options)
    {
        this.process = process;
        this.images = images;
        this.options = options;
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
            var process = Launch(images, port, options);
            if (await ListensAsync(process)) return new(process, images, port, options);

            // Somebody else may have taken the port between the look and the start.
            images.Dispose();
            Assert.True(attempt < 5, "the server does not start");
        }
    }

    /// <summary>Ends it: politely as the owner does with a signal, or as a crash does. It can be started again.</summary>
    public async Task StopAsync(bool politely)
    {
        if (politely)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        else
        {
            process.Kill();
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
    }

    /// <summary>Starts it again, with the same port, folder and options.</summary>
    public async Task StartAgainAsync()
    {
        process.Dispose();
        process = Launch(images, int.Parse(Port, System.Globalization.CultureInfo.InvariantCulture), options);
        Assert.True(await ListensAsync(process), "the server does not start again");
    }

    /// <summary>Runs the client against it.</summary>
    public Task<Outcome> ClientAsync(string folder, params string[] requests) => ClientProcess.RunAsync(folder, ["127.0.0.1", Port, .. requests]);

    static Process Launch(TempFolder images, int port, string[] options) => Process.Start(
        new ProcessStartInfo(ClientProcess.PathOf("Wirephoto.Server", "wirephotod"), [$"{port}", "--folder", images.Root, "--bind", "127.0.0.1", .. options])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

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
