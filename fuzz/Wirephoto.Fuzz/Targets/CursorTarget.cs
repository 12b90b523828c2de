using System.Security.Cryptography;
using System.Text;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage;
using Wirephoto.Storage.Folder;
using Verdict = Wirephoto.Fuzz.Engine.Verdict;

namespace Wirephoto.Fuzz.Targets;

/// <summary>The folder and the cursor of a list, which a client may make up, against the index of a real folder.</summary>
public sealed class CursorTarget : FuzzTarget, IAsyncDisposable
{
    static readonly string[] Names =
    [
        "a.jpg", "a/1.jpg", "a/2.jpg", "a/b/3.jpg", "a/b/c/4.png", "a0.jpg", "b.png", "é/ü.jpg", "z/z/z.png", "zz.jpg", "\uffee.jpg", "\U00010000/x.jpg", "\U0001F4F7.png",
    ];

    DirectoryInfo? temporary;
    FolderStore? store;

    /// <inheritdoc/>
    public override string Name => "list-cursor";

    /// <inheritdoc/>
    public override int MostBytes => 400;

    /// <inheritdoc/>
    public override int TestInputs => 1000;

    // The index reads on threads of its own.
    /// <inheritdoc/>
    public override bool UsesThreads => true;

    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (1 << 20) + (256L * payload);

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => ((string[])["", "\n", "a\n", "a/b\na/b/3.jpg", "\na/", "\na.jpg", "é\né/", "\n\U00010000/", "nothing\nx", "\na/b/", "a\nb"]).Select(Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. Names.Concat(["a/", "a0", "/", "//", "\n", "\0", "'", "\"", "%", "_", "\uffff", "..", ";--", "z/z", "0"]).Select(Encoding.UTF8.GetBytes), [0xff], [0xed, 0xa0, 0x80]];

    /// <inheritdoc/>
    public override async ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        store ??= await OpenAsync();
        var (text, after, recursive, limit) = Read(input);
        try
        {
            var name = FolderName.Parse(text);
            var page = await store.ListAsync(name, recursive, after, limit, CancellationToken.None);
            return Verdict.Of($"{recursive} {Math.Min(page.Entries.Count, 4)} {page.Next is null} {name.Text.Length > 0} {after is null}", (name, page));
        }
        catch (WirephotoException refusal) when (refusal.Code == ErrorCode.BadName)
        {
            return Verdict.Of(refusal);
        }
    }

    /// <inheritdoc/>
    public override ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        if (verdict.Value is not (FolderName folder, ListPage page)) return ValueTask.CompletedTask;
        var (_, after, recursive, limit) = Read(input);
        var entries = Entries(folder.Text, recursive).ToList();
        var all = entries.Where(name => after is null || IsAfter(name, after, folder)).ToList();

        // A cursor that no page gave may point into a folder, which then comes (again).
        if (entries.Find(name => name.EndsWith('/') && after?.Length > name.Length && after.StartsWith(name, StringComparison.Ordinal)) is { } pointedInto
            && page.Entries is [{ Folder: { } first }, ..] && first == pointedInto)
            all.Insert(0, first);
        var found = page.Entries.Select(entry => entry.Folder ?? entry.Image!.Name.Text).ToList();
        FindingException.Unless(found.SequenceEqual(all.Take(limit)), $"the slow rule lists {string.Join(' ', all.Take(limit))} instead of {string.Join(' ', found)}");
        FindingException.Unless((page.Next is null) == (all.Count <= limit), "the page has a next one where none is, or none where one is");
        return ValueTask.CompletedTask;
    }

    // A name follows a cursor when its bytes do, or, for a folder as the cursor, when it is not inside that folder.
    static bool IsAfter(string name, string after, FolderName folder) => Bytes(name).AsSpan().SequenceCompareTo(Bytes(after)) > 0
        && !(after.EndsWith('/') && after.Length > folder.Prefix.Length && name.StartsWith(after, StringComparison.Ordinal));

    static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static IEnumerable<string> Entries(string folder, bool recursive)
    {
        var prefix = folder.Length == 0 ? "" : folder + "/";
        var inside = Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal));
        if (!recursive) inside = inside.Select(name => name.IndexOf('/', prefix.Length) is >= 0 and var slash ? name[..(slash + 1)] : name);
        return inside.Distinct().OrderBy(Bytes, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
    }

    static (string Folder, string? After, bool Recursive, int Limit) Read(FuzzInput input)
    {
        var parts = Encoding.UTF8.GetString(input.Payload).Split('\n', 2);
        var choice = input.Bytes.Length > 1 ? input.Bytes[0] + input.Bytes[1] : 0;
        return (parts[0], parts.Length > 1 ? parts[1] : null, choice % 2 == 1, 1 + (choice / 2 % 20));
    }

    async Task<FolderStore> OpenAsync()
    {
        temporary = Directory.CreateTempSubdirectory("wirephoto-fuzz-");
        var opened = await FolderStore.OpenAsync(new FolderStoreOptions { Folder = temporary.FullName, NewExaminer = _ => new AnyBytes() }, CancellationToken.None);
        foreach (var name in Names)
        {
            await using var upload = await opened.BeginAsync(
                UploadToken.New(), new UploadIntent(ImageName.Parse(name, ImageTypes.Default), 1, null, null, "", Resumable: false), CancellationToken.None);
            await upload.AppendAsync(new byte[1], CancellationToken.None);
            await upload.CommitAsync(new AnyBytes().Complete(), CancellationToken.None);
        }

        return opened;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (store is not null) await store.DisposeAsync();
        temporary?.Delete(recursive: true);
    }

    sealed class AnyBytes : ImageExaminer
    {
        public override void Append(ReadOnlySpan<byte> bytes)
        {
        }

        public override Digest CurrentDigest() => new(SHA256.HashData([0]));

        public override Examination Complete() => new(CurrentDigest(), null, null);

        public override void Dispose()
        {
        }
    }
}
