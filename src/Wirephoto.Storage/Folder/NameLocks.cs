namespace Wirephoto.Storage.Folder;

/// <summary>One at a time per key: whatever changes what a name holds does it under the lock of the name's key, so that twins exclude each other too.</summary>
sealed class NameLocks
{
    readonly Dictionary<string, Turnstile> turnstiles = new(StringComparer.Ordinal);

    /// <summary>Waits for the key's turn; disposing the result ends it.</summary>
    public async Task<IDisposable> EnterAsync(string key, CancellationToken cancel)
    {
        Turnstile turnstile;
        lock (turnstiles)
        {
            if (!turnstiles.TryGetValue(key, out turnstile!)) turnstiles.Add(key, turnstile = new Turnstile(this, key));
            turnstile.Visitors++;
        }

        try
        {
            await turnstile.Turn.WaitAsync(cancel);
            return turnstile;
        }
        catch
        {
            Leave(turnstile);
            throw;
        }
    }

    void Leave(Turnstile turnstile)
    {
        lock (turnstiles)
        {
            if (--turnstile.Visitors > 0) return;
            turnstiles.Remove(turnstile.Key);
        }

        turnstile.Turn.Dispose();
    }

    sealed class Turnstile(NameLocks owner, string key) : IDisposable
    {
        public readonly SemaphoreSlim Turn = new(1);
        public readonly string Key = key;
        public int Visitors;

        public void Dispose()
        {
            Turn.Release();
            owner.Leave(this);
        }
    }
}
