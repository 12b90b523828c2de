using System.Text;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;

namespace Wirephoto.Storage.Tests.Support;

/// <summary>What the tests say in one word.</summary>
static class StoreExtensions
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static ImageName Name(string text) => ImageName.Parse(text, ImageTypes.Default);

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Noise(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static Digest DigestOf(ReadOnlySpan<byte> bytes) => TestExaminer.Examine(bytes).Digest;

    public static UploadIntent Intent(string name, byte[] bytes, string owner = "", bool resumable = true, bool digest = true, DateTimeOffset? modified = null) =>
        new(Name(name), bytes.Length, digest ? DigestOf(bytes) : null, modified, owner, resumable);

    public static Task<IUpload> BeginAsync(this IImageStore store, UploadIntent intent) => store.BeginAsync(UploadToken.New(), intent, Cancel);

    public static async Task<CommitResult> PutAsync(this IImageStore store, string name, byte[] bytes, bool resumable = false, DateTimeOffset? modified = null)
    {
        await using var upload = await store.BeginAsync(UploadToken.New(), Intent(name, bytes, resumable: resumable, modified: modified), Cancel);
        await upload.AppendAsync(bytes, Cancel);
        return await upload.CommitAsync(TestExaminer.Examine(bytes), Cancel);
    }

    public static Task<CommitResult> PutAsync(this IImageStore store, string name) => store.PutAsync(name, Bytes(name));

    public static async Task<byte[]?> GetAsync(this IImageStore store, string name)
    {
        if (await store.OpenAsync(Name(name), Cancel) is not { } image) return null;
        await using (image)
        {
            return await image.ReadAllAsync();
        }
    }

    public static async Task<byte[]> ReadAllAsync(this OpenImage image)
    {
        var all = new MemoryStream();
        var buffer = new byte[1000];
        while (await image.ReadAsync(all.Length, buffer, Cancel) is > 0 and var count) all.Write(buffer, 0, count);
        return all.ToArray();
    }

    public static async Task<string[]> ListAllAsync(this IImageStore store, string folder = "", bool recursive = false, int limit = 1000)
    {
        var names = new List<string>();
        string? after = null;
        do
        {
            var page = await store.ListAsync(FolderName.Parse(folder), recursive, after, limit, Cancel);
            Assert.InRange(page.Entries.Count, 0, limit);
            names.AddRange(page.Entries.Select(entry => entry.Name));
            after = page.Next;
        }
        while (after is not null);
        return [.. names];
    }

    public static async Task FailsAsync(ErrorCode code, Func<Task> action)
    {
        var error = await Assert.ThrowsAsync<WirephotoException>(action);
        Assert.True(code == error.Code, $"expected {code}, got {error.Code}: {error.Message}");
    }
}
