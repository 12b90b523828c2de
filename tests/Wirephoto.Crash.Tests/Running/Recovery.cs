using System.Text.Json;
using Wirephoto.Crash.Tests.Checking;
using Wirephoto.Crash.Tests.Clients;

namespace Wirephoto.Crash.Tests.Running;

/// <summary>What a server must make of the folder that a killed one left: looked at on the disk, asked over the wire, and gone on with.</summary>
sealed class Recovery(string folder, Ledger ledger, ServerProcess server)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Checks, then finishes every upload that was left; ends early when the server is killed meanwhile.</summary>
    public async Task RunAsync(bool fetchAll)
    {
        if (!await AtRestAsync()) return;
        StagingCheck.Run(folder, ledger);
        IndexCheck.Run(folder, ledger);

        await using var client = await RawClient.ConnectAsync(server.Port);
        await ListAsync(client);
        await FetchAsync(client, fetchAll);
        foreach (var upload in ledger.Uploads.Values.Where(upload => !upload.Abandoned)) await client.FinishAsync(ledger, upload);
    }

    // Every file was read and what is old was swept; false: the server is gone.
    async Task<bool> AtRestAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        while (await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken))
        {
            if (server.Dead) return false;
            if (IndexCheck.Unread(folder) == 0 && !AnythingOld()) return true;
            if (Environment.TickCount64 > end) return true;
        }

        return false;
    }

    bool AnythingOld() => Directory.EnumerateFiles(StagingCheck.Folder(folder))
        .Any(path => ledger.Uploads.TryGetValue(Path.GetFileNameWithoutExtension(path), out var upload) && upload.Abandoned);

    async Task ListAsync(RawClient client)
    {
        var reply = await client.AskAsync("""{"type":"list","recursive":true,"limit":100000}""");
        if (!reply.Ok) return;
        var listed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var line in System.Text.Encoding.UTF8.GetString(reply.Body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var entry = JsonDocument.Parse(line);
            listed.Add(entry.RootElement.GetProperty("filename").GetString()!);
        }

        // A page may end before the last name.
        if (reply.Head.TryGetProperty("next", out _)) return;
        if (!listed.SetEquals(FolderCheck.Visible(folder).Keys)) ledger.Found(FaultKind.Index, "the listing names other images than are in the folder");
    }

    async Task FetchAsync(RawClient client, bool all)
    {
        foreach (var (name, possible) in ledger.Names)
        {
            if (possible.Absent || !(possible.Fresh || all)) continue;
            var picture = possible.Pictures.Values.Single();
            var reply = await client.AskAsync($$"""{"type":"get","filename":"{{name}}"}""");
            if (!reply.Ok) ledger.Found(FaultKind.Lost, $"{name}: not served: {reply.Error}");
            else if (!reply.Body.AsSpan().SequenceEqual(picture.Bytes) || reply.Text("sha256") != picture.Sha256) ledger.Found(FaultKind.Overwritten, $"{name}: other bytes are served");
            possible.Fresh = false;
        }
    }
}
