namespace Wirephoto.Storage.Folder.Watching;

/// <summary>Paths that something happened to, each handed out once nothing has happened to it for a while. When too many come, or some were lost, everything is to be looked at.</summary>
sealed class Hints(TimeProvider clock, TimeSpan quiet)
{
    // About 10 MB; who changes more than that between two looks gets a whole rescan, which then costs no more.
    const int Most = 50_000;

    readonly Lock gate = new();
    readonly Dictionary<string, DateTimeOffset> due = new(StringComparer.Ordinal);
    bool lost;

    /// <summary>Something happened to this path, relative to the images' folder.</summary>
    public void Add(string path) => Add(path, quiet);

    /// <summary>The path is to be looked at in this time.</summary>
    public void Add(string path, TimeSpan wait)
    {
        lock (gate)
        {
            if (due.Count >= Most && !due.ContainsKey(path)) lost = true;
            else due[path] = clock.GetUtcNow() + wait;
        }
    }

    /// <summary>Some hints did not arrive.</summary>
    public void Lose()
    {
        lock (gate) lost = true;
    }

    /// <summary>Takes the paths that have been still long enough, sorted; true: everything is to be looked at instead, and they are in it.</summary>
    public bool Take(out IReadOnlyList<string> paths)
    {
        var still = new List<string>();
        bool everything;
        lock (gate)
        {
            (everything, lost) = (lost, false);
            if (due.Count > 0)
            {
                var now = clock.GetUtcNow();
                foreach (var (path, at) in due)
                {
                    if (at > now) continue;
                    still.Add(path);
                    due.Remove(path);
                }
            }
        }

        still.Sort(StringComparer.Ordinal);
        paths = still;
        return everything;
    }
}
