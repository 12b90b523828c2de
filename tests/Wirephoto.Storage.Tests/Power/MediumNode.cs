namespace Wirephoto.Storage.Tests.Power;

/// <summary>The bytes of a file and its date at one moment. Never changed, only replaced.</summary>
sealed record FileBytes(byte[] Bytes, long ModifiedTicks)
{
    public static readonly FileBytes Empty = new([], DateTime.UnixEpoch.Ticks);
}

/// <summary>What was done to the names of a folder and has not been flushed.</summary>
/// <param name="Removed">A name that goes, or null.</param>
/// <param name="Added">A name that comes, or null. Both together are a rename, which happens as a whole or not at all.</param>
/// <param name="Node">What has the new name.</param>
sealed record NameChange(string? Removed, string? Added, MediumNode? Node)
{
    public void ApplyTo(Dictionary<string, MediumNode> names)
    {
        if (Removed is not null) names.Remove(Removed);
        if (Added is not null) names[Added] = Node!;
    }
}

/// <summary>A file or folder as the system shows it and, beside it, as a loss of power would leave it.</summary>
abstract class MediumNode;

sealed class MediumFileNode : MediumNode
{
    public FileBytes Shown { get; set; } = FileBytes.Empty;

    /// <summary>What was flushed last; an empty file before the first flush.</summary>
    public FileBytes Durable { get; set; } = FileBytes.Empty;
}

sealed class MediumFolderNode : MediumNode
{
    public Dictionary<string, MediumNode> Shown { get; init; } = new(StringComparer.Ordinal);

    public Dictionary<string, MediumNode> Durable { get; init; } = new(StringComparer.Ordinal);

    /// <summary>What leads from <see cref="Durable"/> to <see cref="Shown"/>, in order.</summary>
    public List<NameChange> Pending { get; init; } = [];

    public void Change(NameChange change)
    {
        change.ApplyTo(Shown);
        Pending.Add(change);
    }

    public void Flush()
    {
        foreach (var change in Pending) change.ApplyTo(Durable);
        Pending.Clear();
    }
}
