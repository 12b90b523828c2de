using System.Security.Cryptography;
using Wirephoto.Client.Connections;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Hashing;
using Wirephoto.Testing;

namespace Wirephoto.Client.Tests;

/// <summary>Small images wait for each other's digests, but only where that can be of use, and never for long.</summary>
public sealed class JointDigestsTests : IAsyncDisposable
{
    readonly ManualClock clock = new();
    readonly DigestBatch batch = new(inside: false) { Joins = true };
    readonly JointDigests digests;

    public JointDigestsTests() => digests = new JointDigests(clock, batch);

    public ValueTask DisposeAsync() => digests.DisposeAsync();

    [Fact(Timeout = Patience)]
    public async Task Of_few_puts_none_waits()
    {
        Enter(JointDigests.FewestPuts - 1);

        var digest = digests.HashAsync(Image(1), Cancel);

        Assert.Equal(0, batch.Count);
        Assert.Equal(Alone(Image(1)), await digest);
    }

    [Fact(Timeout = Patience)]
    public async Task Of_many_puts_half_wait_for_each_other()
    {
        Enter(12);
        var images = Enumerable.Range(0, 6).Select(Image).ToArray();
        var waiting = images[..5].Select(image => digests.HashAsync(image, Cancel).AsTask()).ToList();
        Assert.Equal(5, batch.Count);

        waiting.Add(digests.HashAsync(images[5], Cancel).AsTask());

        Assert.Equal(0, batch.Count);
        Assert.Equal(images.Select(Alone), await Task.WhenAll(waiting));
    }

    [Theory(Timeout = Patience)]
    [InlineData(12, 1, 3)]
    [InlineData(20, 5, 10)]
    public async Task Puts_whose_others_end_go_on(int puts, int wait, int ends)
    {
        var turns = Enter(puts);
        var waiting = Enumerable.Range(0, wait).Select(i => digests.HashAsync(Image(i), Cancel).AsTask()).ToArray();

        foreach (var turn in turns[..(ends - 1)]) turn.Dispose();
        Assert.Equal(wait, batch.Count);
        turns[ends - 1].Dispose();

        Assert.Equal(0, batch.Count);
        Assert.Equal(Enumerable.Range(0, wait).Select(i => Alone(Image(i))), await Task.WhenAll(waiting));
    }

    [Fact(Timeout = Patience)]
    public async Task Nobody_waits_longer_than_a_moment()
    {
        Enter(12);
        var waiting = digests.HashAsync(Image(1), Cancel).AsTask();
        _ = digests.HashAsync(Image(2), Cancel).AsTask();
        clock.Advance(JointDigests.LongestWait - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, batch.Count);

        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(0, batch.Count);
        Assert.Equal(Alone(Image(1)), await waiting);
    }

    [Fact(Timeout = Patience)]
    public async Task Who_comes_behind_a_batch_that_was_full_waits_no_longer_either()
    {
        Enter(30);
        _ = Enumerable.Range(0, 8).Select(i => digests.HashAsync(Image(i), Cancel).AsTask()).ToArray();
        Assert.Equal(0, batch.Count);
        clock.Advance(JointDigests.LongestWait / 2);

        var next = digests.HashAsync(Image(9), Cancel).AsTask();
        clock.Advance(JointDigests.LongestWait);

        Assert.Equal(0, batch.Count);
        Assert.Equal(Alone(Image(9)), await next);
    }

    [Fact(Timeout = Patience)]
    public async Task At_the_end_nobody_waits()
    {
        Enter(12);
        var before = digests.HashAsync(Image(1), Cancel).AsTask();

        await digests.DisposeAsync();
        var after = digests.HashAsync(Image(2), Cancel).AsTask();

        Assert.Equal([Alone(Image(1)), Alone(Image(2))], await Task.WhenAll(before, after));
    }

    [Fact(Timeout = Patience)]
    public async Task Who_is_cancelled_goes_and_the_others_get_theirs()
    {
        Enter(12);
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var cancelled = digests.HashAsync(Image(1), cancelling.Token).AsTask();
        var other = digests.HashAsync(Image(2), Cancel).AsTask();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        clock.Advance(JointDigests.LongestWait);
        Assert.Equal(Alone(Image(2)), await other);
    }

    [Fact(Timeout = Patience)]
    public async Task A_large_image_does_not_wait()
    {
        Enter(12);
        var large = Samples.Bytes(300_000);

        var digest = digests.HashAsync(large, Cancel).AsTask();

        Assert.True(digest.IsCompletedSuccessfully);
        Assert.Equal(Alone(large), await digest);
    }

    JointDigests.Turn[] Enter(int puts) => [.. Enumerable.Range(0, puts).Select(_ => digests.Enter())];

    static byte[] Image(int seed) => Samples.Bytes(1_000, seed: seed);

    static Digest Alone(byte[] image) => new(SHA256.HashData(image));
}
