using System.Net;
using Wirephoto.Protocol.Messages;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Net;

/// <summary>Who is and was connected. Names count up and are never used again; a bounded number of ended sessions is remembered.</summary>
public sealed class ClientRoster(TimeProvider clock, int history)
{
    readonly Lock gate = new();
    readonly Dictionary<string, SessionEntry> present = [];
    readonly Queue<SessionEntry> past = new();
    int count;

    /// <summary>When the server started.</summary>
    public DateTimeOffset Started { get; } = clock.GetUtcNow();

    /// <summary>Connections now.</summary>
    public int Present
    {
        get
        {
            lock (gate) return present.Count;
        }
    }

    /// <summary>Takes in a client under a new name, unless there are <paramref name="most"/> already: then null.</summary>
    public Caller? Enter(IPEndPoint address, int most)
    {
        lock (gate)
        {
            if (present.Count >= most) return null;
            var name = $"Client{++count:00}";
            present.Add(name, new SessionEntry(name, address.ToString(), clock.GetUtcNow(), null));
            return new Caller(name, address, User: "");
        }
    }

    /// <summary>Notes that a client has gone.</summary>
    public void Leave(Caller caller)
    {
        lock (gate)
        {
            if (!present.Remove(caller.Name, out var session)) return;
            past.Enqueue(session with { End = clock.GetUtcNow() });
            if (past.Count > history) past.Dequeue();
        }
    }

    /// <summary>Sessions, the oldest first.</summary>
    public IReadOnlyList<SessionEntry> Sessions()
    {
        lock (gate) return [.. past.Concat(present.Values).OrderBy(session => session.Start).ThenBy(session => session.Name.Length).ThenBy(session => session.Name, StringComparer.Ordinal)];
    }
}
