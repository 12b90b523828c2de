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
        Gate? gate;
        lock (gates)
        {
            if (gates.TryGetValue(identity, out gate)) return gate.Next ??= FlushNextAsync(gate.Running, identity, gate, folder);
            gates.Add(identity, gate = new Gate());
        }

        // Not under the lock: the flush may run in place, and whoever comes meanwhile, for whatever folder, must not wait in a thread for it.
        return FlushFirstAsync(identity, gate, folder);
    }

    async Task FlushFirstAsync(FileIdentity identity, Gate gate, DiskFolder folder)
    {
        try
        {
            await FlushNowAsync(identity, gate, folder);
        }
        finally
        {
            gate.First.SetResult();
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
        public readonly TaskCompletionSource First = new(TaskCreationOptions.RunContinuationsAsynchronously);
        public Task Running;
        public Task? Next;

        public Gate() => Running = First.Task;
    }
}
