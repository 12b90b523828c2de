using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Tests.Power;

/// <summary>What the store was asked for and what it acknowledged, each with the number of effects until then.</summary>
sealed class PowerLedger(Medium medium)
{
    readonly Lock gate = new();
    readonly List<(int Stamp, string Name, byte[]? Bytes, bool Acknowledged)> events = [];
    readonly List<(int Stamp, UploadToken Token, UploadIntent Intent, byte[] Bytes)> uploads = [];

    /// <summary>All names that were ever asked for.</summary>
    public IEnumerable<string> Names => events.Select(happened => happened.Name).Distinct();

    public IEnumerable<byte[]> Contents => events.Select(happened => happened.Bytes).OfType<byte[]>();

    public int Acknowledged => events.Count(happened => happened.Acknowledged);

    /// <summary>A name shall get these bytes, or (null) be removed.</summary>
    public void Asked(string name, byte[]? bytes) => Add(name, bytes, acknowledged: false);

    public void Done(string name, byte[]? bytes) => Add(name, bytes, acknowledged: true);

    public void Begun(UploadToken token, UploadIntent intent, byte[] bytes)
    {
        lock (gate) uploads.Add((medium.Effects, token, intent, bytes));
    }

    /// <summary>What a name may hold when the power is cut after an effect; null: nothing.</summary>
    public IReadOnlyList<byte[]?> Allowed(string name, int effect)
    {
        var allowed = new List<byte[]?> { null };
        foreach (var (stamp, _, bytes, acknowledged) in events.Where(happened => happened.Name == name && happened.Stamp <= effect))
        {
            if (acknowledged) allowed.Clear();
            allowed.Add(bytes);
        }

        return allowed;
    }

    /// <summary>Uploads that a client may want to go on with.</summary>
    public IEnumerable<(UploadToken Token, UploadIntent Intent, byte[] Bytes)> Uploads(int effect) =>
        uploads.Where(upload => upload.Stamp <= effect).Select(upload => (upload.Token, upload.Intent, upload.Bytes));

    /// <summary>The last effect before which a removal was acknowledged: the index on the disk is not older than that.</summary>
    public int LastRemoval(int effect) => events.Where(happened => happened is { Acknowledged: true, Bytes: null } && happened.Stamp <= effect)
        .Select(happened => happened.Stamp).DefaultIfEmpty(0).Max();

    /// <summary>The effects until this name was acknowledged for the first time.</summary>
    public int FirstAcknowledged(string name) => events.First(happened => happened.Name == name && happened.Acknowledged).Stamp;

    void Add(string name, byte[]? bytes, bool acknowledged)
    {
        lock (gate) events.Add((medium.Effects, name, bytes, acknowledged));
    }
}
