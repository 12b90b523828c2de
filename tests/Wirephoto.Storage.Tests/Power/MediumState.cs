namespace Wirephoto.Storage.Tests.Power;

/// <summary>The files of the index, which go their own way to the disk.</summary>
sealed record IndexFiles(byte[]? Database, byte[]? Log)
{
    public static readonly IndexFiles None = new(null, null);

    public static IndexFiles Read(string path) => new(TryRead(path), TryRead(path + "-wal"));

    public void Write(string path)
    {
        if (Database is null) return;
        File.WriteAllBytes(path, Database);
        if (Log is not null) File.WriteAllBytes(path + "-wal", Log);
    }

    static byte[]? TryRead(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
    }
}

/// <summary>A medium after one effect.</summary>
sealed record MediumState(string Effect, MediumFolderNode Root, IndexFiles Index)
{
    /// <summary>A copy that later effects leave alone; files with two names stay one file.</summary>
    public static MediumFolderNode Copy(MediumFolderNode root) => (MediumFolderNode)Copy(root, new(ReferenceEqualityComparer.Instance));

    static MediumNode Copy(MediumNode node, Dictionary<MediumNode, MediumNode> known)
    {
        if (known.TryGetValue(node, out var copy)) return copy;
        if (node is MediumFileNode file) return known[node] = new MediumFileNode { Shown = file.Shown, Durable = file.Durable };
        var folder = (MediumFolderNode)node;
        var copied = new MediumFolderNode();
        known[node] = copied;
        foreach (var (name, entry) in folder.Shown) copied.Shown[name] = Copy(entry, known);
        foreach (var (name, entry) in folder.Durable) copied.Durable[name] = Copy(entry, known);
        copied.Pending.AddRange(folder.Pending.Select(change => change with { Node = change.Node is null ? null : Copy(change.Node, known) }));
        return copied;
    }
}
