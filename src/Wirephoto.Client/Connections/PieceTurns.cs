namespace Wirephoto.Client.Connections;

/// <summary>
/// Which upload of a link sends its pieces: one image follows the other, so that each is finished as soon as can be, while others begin, commit or wait for their receipts. Safe
/// from any thread.
/// </summary>
sealed class PieceTurns
{
    readonly Lock gate = new();
    Task last = Task.CompletedTask;

    /// <summary>Waits for the turns that were asked for before, as long as the connection lives: on another one there is a begin to be sent first.</summary>
    /// <returns>The turn, which is over when it is disposed.</returns>
    /// <exception cref="ConnectionException">The connection is lost.</exception>
    public async Task<Turn> EnterAsync(Connection connection, CancellationToken cancel)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (gate) (before, last) = (last, mine.Task);
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, connection.Ended);
            await before.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
            connection.EnsureAlive();
        }
        catch
        {
            // Who comes next waits for those before all the same.
            _ = before.ContinueWith(_ => mine.SetResult(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            throw;
        }

        return new Turn(mine);
    }

    /// <summary>An upload's turn.</summary>
    public sealed class Turn(TaskCompletionSource over) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => over.SetResult();
    }
}
