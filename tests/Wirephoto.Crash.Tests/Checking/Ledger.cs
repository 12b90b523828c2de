using System.Collections.Concurrent;

namespace Wirephoto.Crash.Tests.Checking;

/// <summary>
/// What the clients were told, and from it what may be in the folder. An operation without an answer leaves two possibilities, which the next look
/// at the folder narrows to the one that is so. Each name is used by one client at a time.
/// </summary>
sealed class Ledger
{
    readonly ConcurrentDictionary<string, Possible> names = new(StringComparer.Ordinal);
    readonly ConcurrentQueue<Fault> faults = new();

    /// <summary>Uploads in pieces whose end nobody was told.</summary>
    public ConcurrentDictionary<string, Unfinished> Uploads { get; } = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Possible> Names => names;

    /// <summary>The server said that it stops: its clients need not ask it for anything more.</summary>
    public bool ServerStops { get; set; }

    public int Receipts { get; private set; }

    public int Deletions { get; private set; }

    public void Found(FaultKind kind, string what) => faults.Enqueue(new Fault(kind, what));

    /// <summary>The faults that were found since the last call.</summary>
    public IReadOnlyList<Fault> TakeFaults()
    {
        var taken = new List<Fault>();
        while (faults.TryDequeue(out var fault)) taken.Add(fault);
        return taken;
    }

    /// <summary>A picture is sent; from now on it may be there.</summary>
    public void Sending(string name, Picture picture)
    {
        var possible = names.GetOrAdd(name, _ => new Possible());
        lock (possible)
        {
            if (possible.Absent) possible.Pictures[picture.Sha256] = picture;
        }
    }

    /// <summary>A receipt came, or the word that exactly these bytes are there.</summary>
    public void Stored(string name, Picture picture)
    {
        var possible = names[name];
        lock (possible)
        {
            if (!possible.Pictures.ContainsKey(picture.Sha256)) Found(FaultKind.Overwritten, $"{name}: a receipt, though the name was taken");
            possible.Only(picture);
            possible.Fresh = true;
            Receipts++;
        }
    }

    /// <summary>The server said that the name is taken, by exactly these bytes or by others.</summary>
    public void Taken(string name, Picture picture, bool same)
    {
        if (same)
        {
            Stored(name, picture);
            return;
        }

        var possible = names[name];
        lock (possible)
        {
            possible.Pictures.Remove(picture.Sha256);
            possible.Absent = false;
            if (possible.Pictures.Count == 0) Found(FaultKind.Reply, $"{name}: told that other bytes have the name, but there can be none");
        }
    }

    /// <summary>The server refused a picture for another reason: by this request it is not there.</summary>
    public void Refused(string name, Picture picture)
    {
        var possible = names[name];
        lock (possible)
        {
            if (possible.Absent) possible.Pictures.Remove(picture.Sha256);
        }
    }

    public void Deleting(string name)
    {
        var possible = names[name];
        lock (possible) possible.Absent = true;
    }

    public void Deleted(string name)
    {
        var possible = names[name];
        lock (possible)
        {
            possible.Pictures.Clear();
            possible.Absent = true;
            Deletions++;
        }
    }

    /// <summary>A picture that is put into the folder by another program.</summary>
    public void Foreign(string name, Picture picture)
    {
        Sending(name, picture);
        lock (names[name]) names[name].Only(picture);
    }

    /// <summary>What may have a name now.</summary>
    public sealed class Possible
    {
        public Dictionary<string, Picture> Pictures { get; } = new(StringComparer.Ordinal);

        public bool Absent { get; set; } = true;

        /// <summary>Not fetched through the server yet.</summary>
        public bool Fresh { get; set; }

        public void Only(Picture picture)
        {
            Pictures.Clear();
            Pictures[picture.Sha256] = picture;
            Absent = false;
        }
    }
}

/// <summary>An upload that was begun and has not ended as far as its client knows.</summary>
/// <param name="Token">The token it goes by.</param>
/// <param name="Name">The name it is for.</param>
/// <param name="Picture">What its client sends.</param>
sealed record Unfinished(string Token, string Name, Picture Picture)
{
    /// <summary>Bytes of which the server said that they would survive its restart.</summary>
    public long Acknowledged { get; set; }

    /// <summary>Nobody will go on with it: it is to be swept.</summary>
    public bool Abandoned { get; set; }

    /// <summary>Its end was asked for, and may have come.</summary>
    public bool Ending { get; set; }
}
