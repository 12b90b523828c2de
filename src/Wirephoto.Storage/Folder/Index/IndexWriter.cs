using Microsoft.Data.Sqlite;
using SQLitePCL;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Crashes;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Folder.Index;

/// <summary>
/// The one writer of the index. Changes that arrive while a transaction runs go together into the next one, so that many commits cost
/// little more than one. A change that can't be written is kept and tried again with the next; its caller is not failed for it,
/// because the files are the truth and the index only knows about them.
/// </summary>
sealed class IndexWriter(SqliteConnection first, DiskThreads thread, Action<StoreEvent> log) : IDisposable
{
    // A bound for memory only: what is beyond it is found by the next start.
    const int MostKept = 100_000;

    SqliteConnection connection = first;
    IndexStatements statements = new(first);
    readonly Dictionary<string, IndexChange> failed = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    // Held while the connection is used or replaced: one thread alone would not do, because work may also run where it is asked for.
    readonly Lock use = new();
    List<Waiting> arrived = [];
    bool draining;
    bool flushing;

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

    /// <summary>Closes the connection and goes on with another one. Changes that come meanwhile wait; if there is none, they are kept. Blocks.</summary>
    public void Replace(Func<SqliteConnection> connect)
    {
        lock (use)
        {
            Dispose();
            connection = connect();
            statements = new IndexStatements(connection);
            flushing = false;
        }
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

    /// <summary>Names whose rows could not be removed yet, on a full disk for example; null: none.</summary>
    public IReadOnlySet<string>? Unremoved()
    {
        lock (gate) return failed.Count == 0 ? null : failed.Where(change => change.Value is IndexChange.Remove).Select(change => change.Key).ToHashSet(StringComparer.Ordinal);
    }

    async Task DrainAsync()
    {
        for (var first = true; ; first = false)
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

            // The caller whose change began this has been served, and must not be kept for those of others.
            if (!first) await Task.Yield();
            var refused = await TryApplyAsync(changes);
            Keep(refused);
            foreach (var waiting in batch) waiting.Done.SetResult(!refused.Contains(waiting.Change));
        }
    }

    // The changes that could not be written.
    async Task<IReadOnlySet<IndexChange>> TryApplyAsync(IndexChange[] changes)
    {
        try
        {
            return await thread.RunAsync("write the index", () => ApplyAlone(changes), CancellationToken.None);
        }
#pragma warning disable CA1031 // whatever is wrong with the index must not reach a caller whose image is stored
        catch (Exception e)
        {
            log(new StoreEvent(StoreEventKind.IndexFailed, $"{changes.Length} changes could not be written to the index; they are tried again", null, e));
            return changes.ToHashSet<IndexChange>(ReferenceEqualityComparer.Instance);
        }
#pragma warning restore CA1031
    }

    HashSet<IndexChange> ApplyAlone(IndexChange[] changes)
    {
        lock (use) return Apply(changes);
    }

    HashSet<IndexChange> Apply(IndexChange[] changes)
    {
        var refused = new HashSet<IndexChange>(ReferenceEqualityComparer.Instance);
        FlushIf(changes.Any(change => change is IndexChange.Remove));
        IndexSchema.Execute(connection, "BEGIN IMMEDIATE");
        CrashPoints.Reach(CrashPoint.IndexBegun);
        try
        {
            foreach (var change in changes) Apply(change, refused);
            CrashPoints.Reach(CrashPoint.IndexChanged);
            IndexSchema.Execute(connection, "COMMIT");
            CrashPoints.Reach(CrashPoint.IndexCommitted);
            return refused;
        }
        catch (SqliteException)
        {
            RollBack();
            throw;
        }
    }

    void FlushIf(bool wanted)
    {
        if (wanted != flushing) IndexSchema.FlushTransactions(connection, wanted);
        flushing = wanted;
    }

    void Apply(IndexChange change, HashSet<IndexChange> refused)
    {
        try
        {
            statements.Apply(change);
        }
        catch (SqliteException e) when (raw.sqlite3_get_autocommit(connection.Handle) == 0)
        {
            // The transaction goes on: only this change is refused, and does not keep the others out.
            refused.Add(change);
            if (NameOf(change) is { } name && !IsKept(name))
                log(new StoreEvent(StoreEventKind.IndexFailed, "the index refused a change; it is tried again", name, e));
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

    // Receipts and their removal are not kept: without them a repeated commit still gets "exists, same bytes".
    void Keep(IReadOnlySet<IndexChange> refused)
    {
        lock (gate)
        {
            failed.Clear();
            foreach (var change in refused)
            {
                if (NameOf(change) is { } name && failed.Count < MostKept) failed[name] = change;
            }
        }
    }

    bool IsKept(string name)
    {
        lock (gate) return failed.ContainsKey(name);
    }

    static string? NameOf(IndexChange change) => change switch
    {
        IndexChange.Put put => put.Row.Name.Text,
        IndexChange.Remove remove => remove.Name.Text,
        _ => null,
    };

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
