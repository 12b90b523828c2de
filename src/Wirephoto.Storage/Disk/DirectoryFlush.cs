namespace Wirephoto.Storage.Disk;

/// <summary>
/// Flushes folders, many callers at a time with one fsync: a flush that begins after several links covers them all. Callers that
/// arrive while one runs share the next, because the running one may have begun before their link.
/// </summary>
sealed class DirectoryFlush(DiskThreads disk)
{
    readonly Dictionary<FileIdentity, Gate> gates = [];

    /// <summary>Returns once a flush that began after this call has succeeded. The folder must stay open until then.</summary>
    public Task FlushAsync(FileIdentity identity, DiskFolder folder)
    {
        lock (gates)
        {
            if (gates.TryGetValue(identity, out var gate)) return gate.Next ??= FlushNextAsync(gate.Running, identity, gate, folder);
            gates.Add(identity, gate = new Gate());
            return gate.Running = FlushNowAsync(identity, gate, folder);
        }
    }

    async Task FlushNextAsync(Task running, FileIdentity identity, Gate gate, DiskFolder folder)
    {
        // Whether the running flush fails is the business of those who wait for it.
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ForceYielding);
        lock (gates)
        {
            // From here on newcomers wait for the flush after this one.
            gate.Running = gate.Next!;
            gate.Next = null;
        }

        await FlushNowAsync(identity, gate, folder);
    }

    async Task FlushNowAsync(FileIdentity identity, Gate gate, DiskFolder folder)
    {
        try
        {
            await disk.RunAsync("flush a folder", folder.Flush, CancellationToken.None);
        }
        finally
        {
            lock (gates)
            {
                if (gate.Next is null) gates.Remove(identity);
            }
        }
    }

    sealed class Gate
    {
        public Task Running = Task.CompletedTask;
        public Task? Next;
    }
}
