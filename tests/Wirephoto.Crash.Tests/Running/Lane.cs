using Wirephoto.Crash.Tests.Checking;
using Wirephoto.Crash.Tests.Clients;
using Wirephoto.Storage.Crashes;

namespace Wirephoto.Crash.Tests.Running;

/// <summary>A folder and the servers that live and die on it, one after the other. The recovery from a kill is checked by the next life, and counts for that kill.</summary>
sealed class Lane(int number, MatrixTable table) : IDisposable
{
    readonly Ledger ledger = new();
    string lastEnd = "(first start)";
    int lives;

    public string Folder { get; } = Directory.CreateTempSubdirectory("wirephoto-crash-").FullName;

    public Ledger Ledger => ledger;

    public string IndexPath => Path.Combine(Folder, ".wirephoto", "index.db");

    /// <summary>Runs a life to its end; false: it was to be killed at a point that it never reached.</summary>
    public async Task<bool> LiveAsync(Life life)
    {
        var prefix = number * 100_000 + ++lives;
        if (lives > 1) StagingCheck.Age(Folder, ledger);
        await using var server = new ServerProcess(Folder, life.Point is { } point ? $"{point}:{life.Time}" : null);
        await using var clock = new Clock(server, life);
        ledger.ServerStops = false;

        clock.Enter(Phase.Starting);
        if (await server.ServesAsync())
        {
            clock.Enter(Phase.Recovering);
            await Load.UntilGoneAsync(() => new Recovery(Folder, ledger, server).RunAsync(life.FetchAll));
            table.Add(lastEnd, 0, ledger.TakeFaults());
            if (!server.Dead)
            {
                clock.Enter(Phase.Serving);
                await new Load(server.Port, ledger, prefix).RunAsync(life.Work, life.Rounds);
            }
        }

        if (!server.Dead) clock.Stop();
        var code = await server.EndAsync();
        // Another program was given the port between our look and the server's.
        if (code == 1 && server.Said.Contains("is in use", StringComparison.Ordinal)) return await LiveAsync(life);
        if (code != ServerProcess.Killed && (code != 0 || clock.Phase == Phase.Starting)) throw new InvalidOperationException($"the server ended with {code}:\n{server.Said}");

        FolderCheck.Run(Folder, ledger);
        var killed = code == ServerProcess.Killed;
        lastEnd = !killed ? "(stopped)" : life.Point?.ToString() ?? $"any moment: {clock.Phase}";
        table.Add(lastEnd, killed ? 1 : 0, ledger.TakeFaults());
        return killed || !life.ToBeKilled;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
