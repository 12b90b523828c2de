namespace Wirephoto.Server.Service;

/// <summary>How many long pages of listings may be in memory at once: each is until its client has taken it, and a client may be slow.</summary>
public sealed class LongPages(int most) : IDisposable
{
    readonly SemaphoreSlim places = new(most);

    /// <summary>A place, which its holder gives back by disposing it; null: all are taken.</summary>
    public IDisposable? TryEnter() => places.Wait(TimeSpan.Zero) ? new Place(places) : null;

    /// <inheritdoc/>
    public void Dispose() => places.Dispose();

    sealed class Place(SemaphoreSlim places) : IDisposable
    {
        int given;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref given, 1) == 0) places.Release();
        }
    }
}
