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
sealed class IndexWriter : IDisposable
{
    // A bound for memory only: what is beyond it is found by the next start.
    const int MostKept = 100_000;

    // Rows that are posted share a transaction, until there are so many or so much time has passed.
    const int Batch = 128;
    static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);

    readonly DiskThreads thread;
    readonly Action<StoreEvent> log;
    readonly ITimer timer;
    readonly Dictionary<string, IndexChange> failed = new(StringComparer.Ordinal);
    readonly Lock gate = new();

    // Held while the connection is used or replaced: one thread alone would not do, because work may also run where it is asked for.
    readonly Lock use = new();
    SqliteConnection connection;
    IndexStatements statements;
    List<Waiting> arrived = [];
    List<Waiting> applying = [];

    // The keys of posted rows that are not written yet, and how many have each: almost no name is among them, and there may be many.
    readonly Dictionary<string, int> postedKeys = new(StringComparer.Ordinal);
    bool draining;
    bool flushing;

    public IndexWriter(SqliteConnection connection, DiskThreads thread, Action<StoreEvent> log, TimeProvider clock)
    {
        (this.connection, this.thread, this.log) = (connection, thread, log);
        statements = new IndexStatements(connection);
        timer = clock.CreateTimer(static writer => ((IndexWriter)writer!).Drain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Records a change; true when it is in the index, false when it is kept for later.</summary>
    public Task<bool> WriteAsync(IndexChange change)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate) arrived.Add(new Waiting(change, done));
        Drain();
        return done.Task;
    }

    /// <summary>Records a row soon, together with others. Until then <see cref="Unwritten"/> knows its name, and <see cref="Settle"/> writes it.</summary>
    public void Post(IndexChange.Put row)
    {
        int count;
        lock (gate)
        {
            arrived.Add(new Waiting(row, null));
            postedKeys[row.Row.Name.Key] = postedKeys.GetValueOrDefault(row.Row.Name.Key) + 1;
            count = arrived.Count;
        }

        if (count >= Batch) Drain();
        else if (count == 1) timer.Change(Soon, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Writes the rows that were posted, if there are any: what is read next has seen them. Blocks.</summary>
    public void Settle()
    {
        bool any;
        lock (gate) any = postedKeys.Count > 0;
        if (any) ApplyArrived();
    }

    /// <summary>Closes the connection and goes on with another one. Changes that come meanwhile wait; if there is none, they are kept. Blocks.</summary>
    public void Replace(Func<SqliteConnection> connect)
    {
        lock (use)
        {
            Close();
            connection = connect();
            statements = new IndexStatements(connection);
            flushing = false;
        }
    }

    /// <summary>Names with this key whose rows are not written yet.</summary>
    public IReadOnlyList<ImageName> Unwritten(string key)
    {
        List<ImageName>? names = null;
        lock (gate)
        {
            if (failed.Count > 0) AddFrom(failed.Values);
            if (postedKeys.ContainsKey(key)) AddFrom(arrived.Concat(applying).Select(waiting => waiting.Change));
        }

        return names ?? [];

        void AddFrom(IEnumerable<IndexChange> changes)
        {
            foreach (var change in changes)
            {
                if (change is IndexChange.Put { Row.Name: var name } && name.Key == key) (names ??= []).Add(name);
            }
        }
    }

    /// <summary>Names whose rows could not be removed yet, on a full disk for example; null: none.</summary>
    public IReadOnlySet<string>? Unremoved()
    {
        lock (gate) return failed.Count == 0 ? null : failed.Where(change => change.Value is IndexChange.Remove).Select(change => change.Key).ToHashSet(StringComparer.Ordinal);
    }

    void Drain()
    {
        lock (gate)
        {
            if (draining || arrived.Count == 0) return;
            draining = true;
        }

        _ = DrainAsync();
    }

    async Task DrainAsync()
    {
        while (true)
        {
            try
            {
                await thread.RunAsync("write the index", ApplyArrived, CancellationToken.None);
            }
            catch (ObjectDisposedException)
            {
                // The index is being closed. What was posted is not lost for that.
                ApplyArrived();
            }

            lock (gate)
            {
                draining = arrived.Count > 0;
                if (!draining) return;
            }

            // The caller whose change began this has been served, and must not be kept for those of others.
            await Task.Yield();
        }
    }

    void ApplyArrived()
    {
        lock (use)
        {
            IndexChange[] changes;
            lock (gate)
            {
                if (arrived.Count == 0) return;
                (applying, arrived) = (arrived, applying);
                changes = [.. failed.Values, .. applying.Select(waiting => waiting.Change)];
            }

            var refused = TryApply(changes);
            Keep(refused);
            foreach (var waiting in applying) waiting.Done?.SetResult(!refused.Contains(waiting.Change));
            lock (gate)
            {
                foreach (var waiting in applying) ForgetPosted(waiting);
                applying.Clear();
            }
        }
    }

    void ForgetPosted(Waiting waiting)
    {
        if (waiting is not { Done: null, Change: IndexChange.Put { Row.Name.Key: var key } }) return;
        if (postedKeys[key] == 1) postedKeys.Remove(key);
        else postedKeys[key]--;
    }

    // The changes that could not be written.
    HashSet<IndexChange> TryApply(IndexChange[] changes)
    {
        try
        {
            return Apply(changes);
        }
#pragma warning disable CA1031 // whatever is wrong with the index must not reach a caller whose image is stored
        catch (Exception e)
        {
            log(new StoreEvent(StoreEventKind.IndexFailed, $"{changes.Length} changes could not be written to the index; they are tried again", null, e));
            return changes.ToHashSet<IndexChange>(ReferenceEqualityComparer.Instance);
        }
#pragma warning restore CA1031
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

    /// <summary>Writes what is waiting and closes the connection.</summary>
    public void Dispose()
    {
        timer.Dispose();
        ApplyArrived();
        Close();
    }

    void Close()
    {
        statements.Dispose();
        connection.Dispose();
    }

    // Nobody waits for what was posted.
    readonly record struct Waiting(IndexChange Change, TaskCompletionSource<bool>? Done);
}
