using System.Security.Cryptography;
using Wirephoto.Protocol.Hashing;

namespace Wirephoto.Protocol.Tests.Hashing;

public sealed class DigestBatchTests
{
    readonly DigestBatch batch = new(inside: true);

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
