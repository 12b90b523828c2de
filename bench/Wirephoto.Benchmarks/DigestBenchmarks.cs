using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Hashing;

namespace Wirephoto.Benchmarks;

/// <summary>Digests of eight images: one operation is all of them.</summary>
public class DigestBenchmarks
{
    readonly ReadOnlyMemory<byte>[] images = new ReadOnlyMemory<byte>[8];
    readonly DigestBatch batch = new(inside: true);

    /// <summary>Makes the images.</summary>
    [GlobalSetup]
    public void MakeImages()
    {
        for (var i = 0; i < images.Length; i++) images[i] = RandomNumberGenerator.GetBytes(100_000);
    }

    /// <summary>One after the other.</summary>
    [Benchmark]
    public Digest OneByOne()
    {
        Digest last = default;
        foreach (var image in images) last = new Digest(SHA256.HashData(image.Span));
        return last;
    }

    /// <summary>Together.</summary>
    [Benchmark]
    public Task<Digest>? Together()
    {
        Task<Digest>? last = null;
        foreach (var image in images) last = batch.AddAsync(image);
        return last;
    }
}
