using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Protocol.Names;
using Wirephoto.Server.Service;

namespace Wirephoto.Server.Native;

/// <summary>What one connection has going: its uploads, and its commits that are not done yet. Owned by the reader of requests.</summary>
sealed class Conversation(SessionContext context) : IAsyncDisposable
{
    readonly Dictionary<UploadToken, Ingest> uploads = [];
    readonly List<(string Key, Task Commit)> commits = [];

    /// <summary>What the session works with.</summary>
    public SessionContext Context => context;

    /// <summary>Images that are all there and wait for their digests, and their commits with them. It has to run before anything is waited for.</summary>
    public DigestBatch Digests { get; } = new(inside: true);

    /// <summary>Whether a request came before this one.</summary>
    public bool Begun { get; set; }

    /// <summary>Whether an upload has begun that is not committed yet.</summary>
    public bool IsUploading => uploads.Count > 0;

    /// <summary>Keeps an upload for the requests that follow.</summary>
    /// <exception cref="WirephotoException"><see cref="ErrorCode.TooManyUploads"/>.</exception>
    public async Task KeepAsync(UploadToken token, Ingest ingest)
    {
        if (uploads.Count >= context.Options.Limits.UploadsPerConnection && !uploads.ContainsKey(token))
        {
            await ingest.DisposeAsync();
            throw new WirephotoException(ErrorCode.TooManyUploads, $"this connection has {uploads.Count} unfinished uploads");
        }

        uploads[token] = ingest;
    }

    /// <summary>An upload that this connection began.</summary>
    public Ingest? Find(UploadToken token) => uploads.GetValueOrDefault(token);

    /// <summary>Takes an upload out; it is the caller's to dispose.</summary>
    public Ingest? Take(UploadToken token) => uploads.Remove(token, out var ingest) ? ingest : null;

    /// <summary>Notes a commit that goes on while the next request is received.</summary>
    public Task<Answer> Track(string key, Task<Answer> commit)
    {
        commits.RemoveAll(other => other.Commit.IsCompleted);
        if (!commit.IsCompleted) commits.Add((key, EndOf(commit)));
        return commit;
    }

    /// <summary>Waits until the effects of all earlier requests are there.</summary>
    public Task SettleAsync() => WaitAsync(commits.Select(other => other.Commit));

    /// <summary>Waits for the effects of earlier requests on this name only.</summary>
    public Task SettleAsync(string filename)
    {
        if (commits.Count == 0) return Task.CompletedTask;
        var key = NameKey.Of(filename);
        return WaitAsync(commits.Where(other => other.Key == key).Select(other => other.Commit));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await SettleAsync();
        foreach (var ingest in uploads.Values) await ingest.DisposeAsync();
        uploads.Clear();
    }

    // Without the answer, which nobody needs here once it is sent.
    static async Task EndOf(Task commit) => await commit.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // A failed commit is told to the client by its own reply; here only its end counts.
    async Task WaitAsync(IEnumerable<Task> tasks)
    {
        var awaited = tasks.Where(task => !task.IsCompleted).ToArray();
        if (awaited.Length > 0) Digests.Run();
        foreach (var task in awaited) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
