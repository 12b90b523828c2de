namespace Wirephoto.Storage.Tests.Power;

/// <summary>How much a medium does of what it is told to flush.</summary>
enum Honesty
{
    /// <summary>All.</summary>
    Full,

    /// <summary>Files are not flushed: as if the store forgot that fsync.</summary>
    ForgetsFiles,

    /// <summary>A folder that a file was linked into is not flushed.</summary>
    ForgetsImageNames,

    /// <summary>A folder that a new folder was made in is not flushed.</summary>
    ForgetsNewFolders,

    /// <summary>A folder that a file was removed from is not flushed.</summary>
    ForgetsRemovals,

    /// <summary>Files are flushed only when the staging is removed: as if the store published first and flushed afterwards.</summary>
    FlushesFilesLate,
}

/// <summary>
/// What a disk has taken in and what of it would survive a loss of power. Every effect is numbered, and what the disk was like after it is kept, so
/// that the power can be cut after each of them. Effects happen one at a time.
/// </summary>
sealed class Medium(Honesty honesty, Func<IndexFiles> index)
{
    readonly Lock gate = new();
    readonly List<MediumState> states = [];
    readonly List<MediumFileNode> late = [];
    bool ended;

    public MediumFolderNode Root { get; } = new();

    /// <summary>Effects until now.</summary>
    public int Effects
    {
        get
        {
            lock (gate) return states.Count;
        }
    }

    /// <summary>What it was like after each effect.</summary>
    public IReadOnlyList<MediumState> States => states;

    /// <summary>From now on nothing is recorded.</summary>
    public void End()
    {
        lock (gate) ended = true;
    }

    public T Do<T>(string what, Func<T> real, Action<T> model)
    {
        lock (gate)
        {
            var result = real();
            if (ended) return result;
            model(result);
            states.Add(new MediumState(what, MediumState.Copy(Root), index()));
            return result;
        }
    }

    /// <summary>Reads the model between two effects.</summary>
    public T Look<T>(Func<T> look)
    {
        lock (gate) return look();
    }

    public void Flush(MediumFileNode file)
    {
        if (honesty == Honesty.FlushesFilesLate) late.Add(file);
        else if (honesty != Honesty.ForgetsFiles) file.Durable = file.Shown;
    }

    public void Flush(MediumFolderNode folder)
    {
        if (!Forgets(folder)) folder.Flush();
    }

    /// <summary>A name was removed: a staging file's, at the end of a commit. What was put off is done now.</summary>
    public void CatchUp()
    {
        foreach (var file in late) file.Durable = file.Shown;
        late.Clear();
    }

    bool Forgets(MediumFolderNode folder) => honesty switch
    {
        Honesty.ForgetsImageNames => folder.Pending.Exists(change => change is { Added: { } name, Node: MediumFileNode } && name.EndsWith(".jpg", StringComparison.Ordinal)),
        Honesty.ForgetsNewFolders => folder.Pending.Exists(change => change is { Added: { } name, Node: MediumFolderNode } && !name.StartsWith('.')),
        Honesty.ForgetsRemovals => folder.Pending.Exists(change => change is { Added: null, Removed: { } name } && name.EndsWith(".jpg", StringComparison.Ordinal)),
        _ => false,
    };
}
