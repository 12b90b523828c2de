using System.Runtime.InteropServices;

namespace Wirephoto.Server.Hosting;

/// <summary>SIGINT and SIGTERM: the first asks the server to finish, the second to end at once.</summary>
sealed class StopSignals : IDisposable
{
    readonly CancellationTokenSource drain = new();
    readonly CancellationTokenSource endNow = new();
    readonly PosixSignalRegistration[] registrations;

    public StopSignals() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Drain => drain.Token;

    /// <summary>Cancelled by the second signal.</summary>
    public CancellationToken EndNow => endNow.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
        drain.Dispose();
        endNow.Dispose();
    }

    void OnSignal(PosixSignalContext signal)
    {
        // Without this the runtime ends the process by itself.
        signal.Cancel = true;
        if (drain.IsCancellationRequested) endNow.Cancel();
        else drain.Cancel();
    }
}
