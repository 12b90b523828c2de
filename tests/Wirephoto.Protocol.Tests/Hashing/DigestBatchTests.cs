using System.Security.Cryptography;
using Wirephoto.Protocol.Hashing;

namespace Wirephoto.Protocol.Tests.Hashing;

public sealed class DigestBatchTests
{
    readonly DigestBatch batch = new(inside: true) { Joins = true };

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_wait_until_the_batch_runs()
    {
        var images = Enumerable.Range(0, 5).Select(Image).ToArray();
        var digests = images.Select(image => batch.AddAsync(image)).ToArray();
        Assert.All(digests, digest => Assert.False(digest.IsCompleted));
        Assert.Equal(5, batch.Count);

        batch.Run();

        Assert.All(digests, digest => Assert.True(digest.IsCompleted));
        Assert.Equal(images.Select(Alone), await Task.WhenAll(digests));
        Assert.Equal(0, batch.Count);
    }

    [Fact]
    public async Task As_many_as_can_be_computed_at_once_do_not_wait_for_more()
    {
        var images = Enumerable.Range(0, 8).Select(Image).ToArray();
        var digests = images.Select(image => batch.AddAsync(image)).ToArray();

        Assert.All(digests, digest => Assert.True(digest.IsCompleted));
        Assert.Equal(images.Select(Alone), await Task.WhenAll(digests));
    }

    [Fact]
    public void Who_comes_first_is_told_so()
    {
        _ = batch.AddAsync(Image(1), out var first);
        _ = batch.AddAsync(Image(2), out var second);
        batch.Run();
        _ = batch.AddAsync(Image(3), out var third);

        Assert.Equal((true, false, true), (first, second, third));
    }

    [Fact]
    public void Where_nothing_is_won_nobody_waits()
    {
        var alone = new DigestBatch(inside: true) { Joins = false };

        var digest = alone.AddAsync(Image(1), out var first);

        Assert.True(digest.IsCompletedSuccessfully);
        Assert.Equal((0, false), (alone.Count, first));
    }

    [Fact]
    public void Inside_of_a_run_all_go_on_in_the_order_in_which_they_came()
    {
        var order = new List<int>();
        for (var i = 0; i < 5; i++) _ = GoOnAsync(i);

        batch.Run();

        Assert.Equal([0, 1, 2, 3, 4], order);

        async Task GoOnAsync(int number)
        {
            await batch.AddAsync(Image(number));
            order.Add(number);
        }
    }

    [Fact]
    public async Task Otherwise_than_inside_nobody_goes_on_in_the_caller_of_a_run()
    {
        var outside = new DigestBatch(inside: false) { Joins = true };
        using var running = new ManualResetEventSlim();
        var going = GoOnAsync(outside.AddAsync(Image(1)));

        // Would wait for itself, if it went on here.
        outside.Run();
        running.Set();

        await going.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        async Task GoOnAsync(Task<Digest> digest)
        {
            await digest;
            Assert.True(running.Wait(TimeSpan.FromSeconds(20), Cancel));
        }
    }

    [Fact]
    public void A_batch_without_images_runs_as_well() => batch.Run();

    [Fact]
    public async Task Who_goes_on_inside_of_a_run_may_add_the_next()
    {
        var second = AddAfterAsync(batch.AddAsync(Image(1)));

        batch.Run();
        Assert.Equal(1, batch.Count);
        batch.Run();

        Assert.Equal(Alone(Image(2)), await second);

        async Task<Digest> AddAfterAsync(Task<Digest> first)
        {
            await first;
            return await batch.AddAsync(Image(2));
        }
    }

    [Fact]
    public async Task Threads_that_add_and_run_at_the_same_time_get_each_its_own()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 4), Cancel, async (thread, _) =>
        {
            for (var i = 0; i < 2_000; i++)
            {
                var image = Image(thread * 10_000 + i);
                var digest = batch.AddAsync(image);
                if (i % 3 == thread % 3) batch.Run();
                if (!digest.IsCompleted) batch.Run();
                Assert.Equal(Alone(image), await digest);
            }
        });
    }

    static byte[] Image(int seed)
    {
        var image = new byte[100 + seed % 50];
        new Random(seed).NextBytes(image);
        return image;
    }

    static Digest Alone(byte[] image) => new(SHA256.HashData(image));
}
