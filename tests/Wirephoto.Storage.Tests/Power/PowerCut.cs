using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Tests.Power;

/// <summary>What a loss of power leaves of that which was not flushed.</summary>
enum Leaves
{
    /// <summary>Nothing.</summary>
    Nothing,

    /// <summary>All names, but of the bytes nothing.</summary>
    Names,

    /// <summary>Some of the names and parts of the bytes, chosen at random.</summary>
    Some,
}

/// <summary>Makes a real folder of what is left of a medium.</summary>
sealed class PowerCut(Leaves leaves, Random random)
{
    readonly Dictionary<MediumFileNode, (string Folder, string Name)> written = new(ReferenceEqualityComparer.Instance);

    public void Write(MediumFolderNode root, string path)
    {
        Directory.CreateDirectory(path);
        foreach (var (name, node) in Names(root))
        {
            if (node is MediumFolderNode folder) Write(folder, Path.Combine(path, name));
            else Write((MediumFileNode)node, path, name);
        }
    }

    Dictionary<string, MediumNode> Names(MediumFolderNode folder)
    {
        var names = new Dictionary<string, MediumNode>(folder.Durable, StringComparer.Ordinal);
        foreach (var change in folder.Pending)
        {
            if (leaves == Leaves.Names || (leaves == Leaves.Some && random.Next(2) == 0)) change.ApplyTo(names);
        }

        return names;
    }

    void Write(MediumFileNode file, string folder, string name)
    {
        if (written.TryGetValue(file, out var first))
        {
            // Two names of one file stay that.
            using var from = DiskFolder.Open(first.Folder);
            using var to = DiskFolder.Open(folder);
            from.Link(first.Name, to, name);
            return;
        }

        var left = Bytes(file);
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, left.Bytes);
        File.SetLastWriteTimeUtc(path, new DateTime(left.ModifiedTicks, DateTimeKind.Utc));
        written[file] = (folder, name);
    }

    FileBytes Bytes(MediumFileNode file)
    {
        if (file.Shown == file.Durable) return file.Durable;
        return leaves switch
        {
            Leaves.Nothing => file.Durable,
            // The length and the date got there before the bytes.
            Leaves.Names => Zeros(file, file.Durable.Bytes.Length),
            _ => random.Next(4) switch
            {
                0 => file.Durable,
                1 => file.Shown,
                2 => Zeros(file, random.Next(file.Shown.Bytes.Length + 1)),
                _ => file.Shown with { Bytes = file.Shown.Bytes[..random.Next(file.Shown.Bytes.Length + 1)] },
            },
        };
    }

    static FileBytes Zeros(MediumFileNode file, int from)
    {
        var bytes = file.Shown.Bytes.ToArray();
        bytes.AsSpan(Math.Min(from, bytes.Length)).Clear();
        return file.Shown with { Bytes = bytes };
    }
}
