using BenchmarkDotNet.Attributes;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Benchmarks;

/// <summary>One head in, one head out: what every message costs at both ends.</summary>
public class HeadBenchmarks : IDisposable
{
    readonly HeadWriter writer = new();
    readonly PutRequest put = new("iceland/img_0001.jpg", 100_000, new Digest(new byte[Digest.Size]), DateTimeOffset.UnixEpoch);
    readonly byte[] head;

    /// <summary>Writes the head that is read.</summary>
    public HeadBenchmarks() => head = put.Write(writer).ToArray();

    /// <summary>Writes the head of a put.</summary>
    [Benchmark]
    public int Write() => put.Write(writer).Length;

    /// <summary>Reads it, all members included.</summary>
    [Benchmark]
    public long Read() => PutRequest.Read(HeadParser.Parse(head.AsMemory(2))).Size;

    /// <inheritdoc/>
    public void Dispose()
    {
        writer.Dispose();
        GC.SuppressFinalize(this);
    }
}
