using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Tests.Power;

/// <summary>A real folder whose effects are entered into a medium as well. Nothing is really flushed, and locks are not taken: a server that lost its process has none.</summary>
/// <param name="inner">The real one; it belongs to this object.</param>
/// <param name="medium">Where effects are entered.</param>
/// <param name="node">This folder there.</param>
/// <param name="hook">Is asked before each effect, outside of the medium's lock: the verb and the name. It may throw or block.</param>
sealed class MediumFolder(DiskFolder inner, Medium medium, MediumFolderNode node, Action<string, string> hook) : DiskFolder
{
    public override string Path => inner.Path;

    public override FileIdentity Identity => inner.Identity;

    public override DiskFolder OpenFolder(string name) =>
        new MediumFolder(inner.OpenFolder(name), medium, name == "." ? node : (MediumFolderNode)Entry(name), hook);

    public override DiskFile OpenFile(string name, FileUse use)
    {
        if (use != FileUse.Create) return new MediumFile(inner.OpenFile(name, use), medium, (MediumFileNode)Entry(name), name, hook);
        hook("create", name);
        var file = new MediumFileNode();
        return Do("create", name, () => new MediumFile(inner.OpenFile(name, use), medium, file, name, hook), _ => node.Change(new NameChange(null, name, file)));
    }

    public override DiskFile? CreateNameless() =>
        inner.CreateNameless() is { } file ? new MediumFile(file, medium, new MediumFileNode(), "a nameless file", hook) : null;

    public override bool LinkNameless(DiskFile file, string name)
    {
        hook("link", name);
        return Do("link", name, () => inner.LinkNameless(file, name), linked =>
        {
            if (linked) node.Change(new NameChange(null, name, ((MediumFile)file).Node));
        });
    }

    public override DiskFile? TryLock(string name) => inner.Stat(name) is null ? OpenFile(name, FileUse.Create) : OpenFile(name, FileUse.Write);

    public override FileStat? Stat(string name) => inner.Stat(name);

    public override bool IsSpelled(string name) => inner.IsSpelled(name);

    public override bool IsName(string name, DiskFile file) => inner.IsName(name, file);

    public override void MakeFolder(string name)
    {
        hook("make", name);
        Do("make", name, () => Done(() => inner.MakeFolder(name)), _ => node.Change(new NameChange(null, name, new MediumFolderNode())));
    }

    public override bool Link(string name, DiskFolder toFolder, string to)
    {
        hook("link", to);
        var target = (MediumFolder)toFolder;
        return Do("link", to, () => inner.Link(name, target.Inner, to), linked =>
        {
            if (linked) target.Node.Change(new NameChange(null, to, node.Shown[name]));
        });
    }

    public override void Rename(string from, string to)
    {
        hook("rename", to);
        Do("rename", to, () => Done(() => inner.Rename(from, to)), _ => node.Change(new NameChange(from, to, node.Shown[from])));
    }

    public override bool Unlink(string name)
    {
        hook("unlink", name);
        return Do("unlink", name, () => inner.Unlink(name), removed =>
        {
            if (removed) node.Change(new NameChange(name, null, null));
            medium.CatchUp();
        });
    }

    public override void Flush()
    {
        hook("flush folder", System.IO.Path.GetFileName(inner.Path));
        Do("flush folder", inner.Path, () => true, _ => medium.Flush(node));
    }

    public override void EnsureWritable() => inner.EnsureWritable();

    public override bool SharesFileSystem(DiskFolder other) => inner.SharesFileSystem(((MediumFolder)other).Inner);

    public override void Dispose() => inner.Dispose();

    DiskFolder Inner => inner;

    MediumFolderNode Node => node;

    // Asked for under the same lock as all effects, so that a name that is there is always known.
    MediumNode Entry(string name) => medium.Look(() => node.Shown.GetValueOrDefault(name)) ?? throw new DiskFaultException(DiskFault.Missing, "it is not there");

    T Do<T>(string verb, string name, Func<T> real, Action<T> model) => medium.Do($"{verb} {name}", real, model);

    static bool Done(Action action)
    {
        action();
        return true;
    }

    sealed class MediumFile(DiskFile inner, Medium medium, MediumFileNode node, string name, Action<string, string> hook) : DiskFile(inner.Handle)
    {
        public MediumFileNode Node => node;

        public override FileStat Stat() => inner.Stat();

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            hook("write", name);
            var piece = bytes.ToArray();
            medium.Do($"write {name}", () => Done(() => inner.Write(piece, offset)), _ =>
            {
                var content = new byte[Math.Max(node.Shown.Bytes.Length, offset + piece.Length)];
                node.Shown.Bytes.CopyTo(content, 0);
                piece.CopyTo(content, offset);
                node.Shown = new FileBytes(content, inner.Stat().ModifiedTicks);
            });
        }

        public override void SetLength(long length) => medium.Do($"cut {name}", () => Done(() => inner.SetLength(length)), _ =>
        {
            var content = new byte[length];
            node.Shown.Bytes.AsSpan(0, (int)Math.Min(length, node.Shown.Bytes.Length)).CopyTo(content);
            node.Shown = new FileBytes(content, inner.Stat().ModifiedTicks);
        });

        public override void SetModified(DateTimeOffset date)
        {
            hook("date", name);
            medium.Do($"date {name}", () => Done(() => inner.SetModified(date)), _ => node.Shown = node.Shown with { ModifiedTicks = inner.Stat().ModifiedTicks });
        }

        public override void Flush()
        {
            hook("flush", name);
            medium.Do($"flush {name}", () => true, _ => medium.Flush(node));
        }

        public override void BeginWriteBack(long offset, long length)
        {
        }
    }
}
