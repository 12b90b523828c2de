using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Tests.Support;

/// <summary>A folder, with all below it, that refuses what it is told to refuse and else does what the real one does.</summary>
/// <param name="inner">The real one; it belongs to this object.</param>
/// <param name="refuse">Is asked before each effect on the medium: the verb and the path of what it is done to.</param>
sealed class FaultyFolder(DiskFolder inner, Func<string, string, bool> refuse) : DiskFolder
{
    public override string Path => inner.Path;

    public override FileIdentity Identity => inner.Identity;

    public override DiskFolder OpenFolder(string name) => new FaultyFolder(inner.OpenFolder(name), refuse);

    public override DiskFile OpenFile(string name, FileUse use)
    {
        if (use == FileUse.Create) Try("create", name);
        return new FaultyFile(inner.OpenFile(name, use), verb => Try(verb, name));
    }

    public override DiskFile? CreateNameless()
    {
        const string nameless = "nameless";
        Try("create", nameless);
        return inner.CreateNameless() is { } file ? new FaultyFile(file, verb => Try(verb, nameless)) : null;
    }

    public override bool LinkNameless(DiskFile file, string name)
    {
        Try("link", name);
        return inner.LinkNameless(file, name);
    }

    public override DiskFile? TryLock(string name) => inner.TryLock(name) is { } file ? new FaultyFile(file, verb => Try(verb, name)) : null;

    public override FileStat? Stat(string name) => inner.Stat(name);

    public override bool IsSpelled(string name) => inner.IsSpelled(name);

    public override bool IsName(string name, DiskFile file) => inner.IsName(name, file);

    public override void MakeFolder(string name)
    {
        Try("make", name);
        inner.MakeFolder(name);
    }

    public override bool Link(string name, DiskFolder toFolder, string to)
    {
        var target = (FaultyFolder)toFolder;
        target.Try("link", to);
        return inner.Link(name, target.Inner, to);
    }

    public override void Rename(string from, string to)
    {
        Try("rename", to);
        inner.Rename(from, to);
    }

    public override bool Unlink(string name)
    {
        Try("unlink", name);
        return inner.Unlink(name);
    }

    public override void Flush()
    {
        Try("flush", ".");
        inner.Flush();
    }

    public override void EnsureWritable() => inner.EnsureWritable();

    public override bool SharesFileSystem(DiskFolder other) => inner.SharesFileSystem(((FaultyFolder)other).Inner);

    public override void Dispose() => inner.Dispose();

    DiskFolder Inner => inner;

    void Try(string verb, string name)
    {
        if (refuse(verb, System.IO.Path.GetFullPath(System.IO.Path.Join(inner.Path, name)))) throw new DiskFaultException(DiskFault.Other, $"{verb}: refused by the test");
    }

    sealed class FaultyFile(DiskFile inner, Action<string> attempt) : DiskFile(inner.Handle)
    {
        public override FileStat Stat() => inner.Stat();

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            attempt("write");
            inner.Write(bytes, offset);
        }

        public override void SetLength(long length)
        {
            attempt("cut");
            inner.SetLength(length);
        }

        public override void SetModified(DateTimeOffset date)
        {
            attempt("date");
            inner.SetModified(date);
        }

        public override void Flush()
        {
            attempt("flush");
            inner.Flush();
        }

        public override void BeginWriteBack(long offset, long length) => inner.BeginWriteBack(offset, length);
    }
}
