using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Wirephoto.Fuzz.Engine;
using Wirephoto.Fuzz.Seeds;
using Wirephoto.Fuzz.SlowRules;
using Wirephoto.Protocol.Names;
using Wirephoto.Protocol.Tests.Mutation;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Server.Dialects;
using Wirephoto.Server.Dialects.D4;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Native;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Storage;
using Wirephoto.Storage.Memory;
using Wirephoto.TestImages;
using Wirephoto.Testing;

namespace Wirephoto.Fuzz.Targets;

/// <summary>Whole conversations of one wire format with the whole service behind it: whatever is said, it never fails, and never stores what is no image.</summary>
public sealed class SessionTarget(string format) : FuzzTarget
{
    static readonly byte[] Photo = TestPng.Make(2, 2, seed: 1);
    static readonly ServerOptions Options = new() { Port = 1, Folder = "." };

    /// <inheritdoc/>
    public override string Name => format + "-session";

    /// <inheritdoc/>
    public override int TestInputs => 600;

    /// <inheritdoc/>
    public override bool UsesThreads => true;

    // Pooled buffers of 256 KiB, and a store that keeps its images in memory.
    /// <inheritdoc/>
    public override long MostAllocated(int payload) => (16 << 20) + (4096L * payload);

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        var alone = format == "native" ? [.. FrozenVectors.Of("request")] : FrozenVectors.Side(format, 'C').ToList();
        List<byte[]> all = [.. alone, .. alone.Zip(alone.Skip(1), (first, second) => (byte[])[.. first, .. second])];
        if (format == "native") all.AddRange(NativeConversations.All(Photo));
        return all;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = format switch
    {
        "native" => [.. new HeadTarget().Tokens, .. NativeConversations.All(Photo)],
        "d1" => [.. new PickleTarget().Tokens, Photo],
        _ => [.. ((string[])["LIST\n", "GET|", "PUT|", "\n", "\r\n", "list ", "get ", "put ", "a.png ", "old.png", "status", "exit", " ", "/", "\\", "GET old.png"]).Select(Encoding.ASCII.GetBytes), [0, 0, 0, 0], [0, 0, 0, 75], Photo],
    };

    /// <inheritdoc/>
    public override async ValueTask<Verdict> DecodeAsync(FuzzInput input)
    {
        // The pauses of D4 are over at once; elsewhere no time passes.
        var clock = new ManualClock { Skip = format == "d4" ? TimeSpan.FromSeconds(1) : null };
        var faults = new FaultLog();
        await using var store = new MemoryStore(clock) { Capacity = 1 << 20 };
        using var images = new ImageService(store, Options);
        var roster = new ClientRoster(clock, 10);
        var caller = roster.Enter(new IPEndPoint(IPAddress.Loopback, 1), 10)!;
        await StoreAsync(images, caller);

        using var replies = new SemaphoreSlim(Options.Limits.Replies);
        var context = new SessionContext(caller, images, roster, Options, clock, new ServerLog(faults), replies, CancellationToken.None);
        using var wire = new CutStream(input);
        await using var duplex = new Duplex(wire);
        ConnectionEnd end;
        await using (ISession session = format == "d4" ? new D4Session(duplex, context) : new FormatChoice(duplex, context)) end = await session.RunAsync();

        if (faults.First is { } fault) throw new FindingException("the service failed: " + fault);
        FindingException.Unless(end != ConnectionEnd.Faulted, "the session ended in a fault");
        var stored = await ReadAsync(store);
        return new Verdict(end.ToString(), $"{end} {stored.Count} {Shape(wire.Written)}", new Result(wire.Written, stored));
    }

    /// <inheritdoc/>
    public override async ValueTask CheckAsync(FuzzInput input, Verdict verdict)
    {
        var result = (Result)verdict.Value!;
        foreach (var (name, bytes) in result.Stored)
        {
            FindingException.Unless(SlowName.Image(name) == Verdict.Yes, $"an image has the name '{name}'");
            var whole = name.EndsWith("png", StringComparison.OrdinalIgnoreCase) ? SlowPng.IsWhole(bytes) : SlowJpeg.IsWhole(bytes);
            FindingException.Unless(whole, $"'{name}' is stored and is no whole image");
        }

        if (format == "native" && result.Written is [_, _, (byte)'{', ..]) EnsureFrames(result.Written);

        // Here the meaning does not depend on how the bytes arrive.
        if (format is not ("native" or "d1" or "d2") || input.Bytes is [0, ..]) return;
        var again = (Result)(await DecodeAsync(input.Whole)).Value!;
        FindingException.Unless(again.Written.AsSpan().SequenceEqual(result.Written), "the answer depends on how the bytes are cut");
    }

    static void EnsureFrames(byte[] written)
    {
        for (var at = 0; at < written.Length;)
        {
            var length = (written[at] * 256) + written[at + 1];
            var head = SlowHead.Read(written[(at + 2)..(at + 2 + length)]);
            FindingException.Unless(head?["status"] is "ok" or "error", "a reply is no head");
            at += 2 + length + (head!.TryGetValue("size", out var size) ? (int)(long)size! : 0);
        }
    }

    static async Task StoreAsync(ImageService images, Caller caller)
    {
        await using var ingest = await images.BeginAsync(caller, "old.png", Photo.Length, token: null, digest: null, modified: null, CancellationToken.None);
        await ingest.ReceiveAsync(0, new(new Duplex(new MemoryStream(Photo)), Photo.Length), CancellationToken.None);
        await ingest.CommitAsync(ingest.PrefixDigest);
    }

    static async Task<List<(string Name, byte[] Bytes)>> ReadAsync(MemoryStore store)
    {
        var page = await store.ListAsync(FolderName.Top, recursive: true, null, 1000, CancellationToken.None);
        var stored = new List<(string, byte[])>();
        foreach (var image in page.Entries.Select(entry => entry.Image!))
        {
            await using var open = await store.OpenAsync(image.Name, CancellationToken.None);
            var bytes = new byte[image.Length];
            if (bytes.Length > 0) await open!.ReadAsync(0, bytes, CancellationToken.None);
            stored.Add((image.Name.Text, bytes));
        }

        return stored;
    }

    static string Shape(byte[] written) => Verdict.ShapeOf(Encoding.Latin1.GetString(written, 0, Math.Min(written.Length, 160)));

    sealed record Result(byte[] Written, List<(string Name, byte[] Bytes)> Stored);

    sealed class FaultLog : ILogger
    {
        public string? First { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error) First ??= formatter(state, exception) + exception;
        }
    }
}
