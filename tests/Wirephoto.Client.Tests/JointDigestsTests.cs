using System.Security.Cryptography;
using Wirephoto.Client.Connections;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Testing;

namespace Wirephoto.Client.Tests;

/// <summary>Small images wait for each other's digests, but only where that can be of use, and never for long.</summary>
public sealed class JointDigestsTests : IAsyncDisposable
{
    readonly ManualClock clock = new();
    readonly JointDigests digests;

    public JointDigestsTests() => digests = new JointDigests(clock);

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => digests.DisposeAsync();

    [Fact]
    public void Of_few_puts_none_waits()
    {
        Enter(9);

        Assert.True(digests.HashAsync(Image(1), Cancel).AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Of_many_puts_half_wait_for_each_other()
    {
        Enter(12);
        var images = Enumerable.Range(0, 6).Select(Image).ToArray();
        var waiting = images.Select(image => digests.HashAsync(image, Cancel).AsTask()).ToArray();

        Assert.Equal(images.Select(Alone), await Task.WhenAll(waiting));
    }

    [Fact]
    public async Task A_put_whose_others_end_goes_on()
    {
        var turns = Enter(12);
        var waiting = digests.HashAsync(Image(1), Cancel).AsTask();
        Assert.False(waiting.IsCompleted);

        foreach (var turn in turns[..3]) turn.Dispose();

        Assert.Equal(Alone(Image(1)), await waiting);
    }

    [Fact]
    public async Task Nobody_waits_longer_than_a_moment()
    {
        Enter(12);
        var waiting = digests.HashAsync(Image(1), Cancel).AsTask();
        clock.Advance(JointDigests.Most - TimeSpan.FromMilliseconds(1));
        Assert.False(waiting.IsCompleted);

        clock.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(Alone(Image(1)), await waiting);
    }

    [Fact]
    public async Task Who_is_cancelled_goes_and_the_others_get_theirs()
    {
        Enter(12);
        using var cancelling = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var cancelled = digests.HashAsync(Image(1), cancelling.Token).AsTask();
        var other = digests.HashAsync(Image(2), Cancel).AsTask();

        await cancelling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        clock.Advance(JointDigests.Most);
        Assert.Equal(Alone(Image(2)), await other);
    }

    [Fact]
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
