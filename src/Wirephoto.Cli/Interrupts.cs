using System.Runtime.InteropServices;

namespace Wirephoto.Cli;

/// <summary>Ctrl-C and the signal to terminate: the first cancels what runs, so that temporary files go away; the second ends the program at once.</summary>
sealed class Interrupts : IDisposable
{
    readonly CancellationTokenSource source = new();
    readonly PosixSignalRegistration[] registrations;

    /// <summary>Listens from now on.</summary>
    public Interrupts() =>
        registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP }.Select(signal => PosixSignalRegistration.Create(signal, Handle))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>The exit code that shells expect after the signal: 128 and its number.</summary>
    public int ExitCode { get; private set; } = 130;

    void Handle(PosixSignalContext context)
    {
        if (source.IsCancellationRequested) return;
        context.Cancel = true;
        ExitCode = context.Signal switch { PosixSignal.SIGTERM => 143, PosixSignal.SIGHUP => 129, _ => 130 };
        source.Cancel();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        source.Dispose();
    }
}
