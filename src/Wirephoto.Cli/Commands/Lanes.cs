using Wirephoto.Client;

namespace Wirephoto.Cli.Commands;

/// <summary>
/// The connections that the transfers of a request share, and how much each carries. A connection may join at any time. One caller at a time may wait for a
/// place; all else is safe from any thread.
/// </summary>
/// <param name="jobs">How many connections the request may have.</param>
/// <param name="handles">How many files and folders the process may have open: each file on its way takes two at most, itself and the folder that it is to be in.</param>
sealed class Lanes(int jobs, int handles)
{
    // What the runtime, the terminal and the connections themselves keep open.
    const int OtherHandles = 64;

    readonly int most = Math.Max(1, (handles - OtherHandles - jobs) / 2);
    readonly Lock gate = new();
    readonly List<Lane> lanes = [];
    TimeSpan nearest = TimeSpan.MaxValue;
    int entered;
    bool complete;
    TaskCompletionSource? changed;

    /// <summary>Adds a connection.</summary>
    public void Add(WirephotoClient client)
    {
        lock (gate)
        {
            // A hello that was answered late because the others keep both ends busy tells nothing of the distance.
            if (client.RoundTrip < nearest) nearest = client.RoundTrip;
            lanes.Add(new Lane(client, jobs, nearest));
            changed?.TrySetResult();
        }
    }

    /// <summary>Says that no more connections are waited for. Until then each gets only a part of what it could carry, so that those that come find work.</summary>
    public void Complete()
    {
        lock (gate)
        {
            complete = true;
            changed?.TrySetResult();
        }
    }

    /// <summary>Waits for a place on the connection that carries least.</summary>
    /// <param name="length">The file's bytes; 0: not known.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The place, which is left when it is disposed.</returns>
    public async Task<Place> EnterAsync(long length, CancellationToken cancel)
    {
        while (true)
        {
            Task change;
            lock (gate)
            {
                if (entered < most && lanes.MinBy(lane => lane.Load) is { } lane && lane.Load + lane.Weight(length) <= (complete ? Lane.Room : Lane.Large))
                {
                    var weight = lane.Weight(length);
                    lane.Load += weight;
                    entered++;
                    return new Place(this, lane, weight);
                }

                changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                change = changed.Task;
            }

            await change.WaitAsync(cancel);
        }
    }

    void Leave(Lane lane, long weight)
    {
        lock (gate)
        {
            lane.Load -= weight;
            entered--;
            changed?.TrySetResult();
        }
    }

    /// <summary>A file's place on a connection.</summary>
    public sealed class Place(Lanes lanes, Lane lane, long weight) : IDisposable
    {
        /// <summary>The connection.</summary>
        public WirephotoClient Client => lane.Client;

        /// <inheritdoc/>
        public void Dispose() => lanes.Leave(lane, weight);
    }
}
