using Microsoft.Data.Sqlite;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>
/// The one writer of the index. Changes that arrive while a transaction runs go together into the next one, so that many commits cost
/// little more than one. A change that can't be written is kept and tried again with the next; its caller is not failed for it,
/// because the files are the truth and the index only knows about them.
/// </summary>
sealed class IndexWriter(SqliteConnection connection, DiskThreads thread, Action<StoreEvent> log) : IDisposable
{
    // A bound for memory only: what is beyond it is found by the next start.
    const int MostKept = 100_000;

    readonly IndexStatements statements = new(connection);
    readonly Dictionary<string, IndexChange> failed = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    List<Waiting> arrived = [];
    bool draining;

    /// <summary>Records a change; true when it is in the index, false when it is kept for later.</summary>
    public Task<bool> WriteAsync(IndexChange change)
    {
        var waiting = new Waiting(change);
        lock (gate)
        {
            arrived.Add(waiting);
            if (draining) return waiting.Done.Task;
            draining = true;
        }

        _ = DrainAsync();
        return waiting.Done.Task;
    }

    /// <summary>Names with this key whose rows could not be written yet.</summary>
    public IReadOnlyList<ImageName> Unwritten(string key)
    {
        lock (gate)
        {
            return failed.Count == 0
                ? []
                : [.. failed.Values.OfType<IndexChange.Put>().Where(put => put.Row.Name.Key == key).Select(put => put.Row.Name)];
        }
    }

    async Task DrainAsync()
    {
        while (true)
        {
            List<Waiting> batch;
            IndexChange[] changes;
            lock (gate)
            {
                draining = arrived.Count > 0;
                if (!draining) return;
                (batch, arrived) = (arrived, []);
                changes = [.. failed.Values, .. batch.Select(waiting => waiting.Change)];
            }

            var written = await TryApplyAsync(changes);
            lock (gate)
            {
                if (written) failed.Clear();
                else Keep(changes);
            }

            foreach (var waiting in batch) waiting.Done.SetResult(written);
        }
    }

    async Task<bool> TryApplyAsync(IndexChange[] changes)
    {
        try
        {
            await thread.RunAsync("write the index", () => Apply(changes), CancellationToken.None);
            return true;
        }
#pragma warning disable CA1031 // whatever is wrong with the index must not reach a caller whose image is stored
        catch (Exception e)
        {
            log(new StoreEvent(StoreEventKind.IndexFailed, $"{changes.Length} changes could not be written to the index; they are tried again", null, e));
            return false;
        }
#pragma warning restore CA1031
    }

    void Apply(IndexChange[] changes)
    {
        IndexSchema.Execute(connection, "BEGIN IMMEDIATE");
        try
        {
            foreach (var change in changes) statements.Apply(change);
            IndexSchema.Execute(connection, "COMMIT");
        }
        catch (SqliteException)
        {
            RollBack();
            throw;
        }
    }

    void RollBack()
    {
        try
        {
            IndexSchema.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite rolls back by itself after some errors; then there is nothing left to roll back.
        }
    }

    void Keep(IndexChange[] changes)
    {
        foreach (var change in changes)
        {
            var name = change switch
            {
                IndexChange.Put put => put.Row.Name.Text,
                IndexChange.Remove remove => remove.Name.Text,
                _ => null,
            };
            if (name is not null && (failed.Count < MostKept || failed.ContainsKey(name))) failed[name] = change;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        statements.Dispose();
        connection.Dispose();
    }

    sealed record Waiting(IndexChange Change)
    {
        public readonly TaskCompletionSource<bool> Done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
