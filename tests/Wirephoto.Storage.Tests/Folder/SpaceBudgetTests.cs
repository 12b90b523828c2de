using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Folder;
using Wirephoto.Testing;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Folder;

/// <summary>The medium is not asked for its free bytes by each of many small uploads, and never too seldom.</summary>
public sealed class SpaceBudgetTests
{
    const long GiB = 1L << 30;

    readonly ManualClock clock = new();
    long free = 100 * GiB;
    int asked;
    bool fails;

    [Fact]
    public void Small_uploads_share_an_answer_for_a_moment()
    {
        var budget = NewBudget();
        for (var i = 0; i < 1000; i++) budget.Promise(Upload(1 << 20));
        Assert.Equal(1, asked);

        clock.Advance(TimeSpan.FromMilliseconds(100));
        budget.Promise(Upload(1 << 20));
        Assert.Equal(2, asked);
    }

    [Fact]
    public void What_is_written_meanwhile_counts_and_a_large_upload_asks()
    {
        var budget = NewBudget();
        var first = Upload(1 << 20);
        budget.Promise(first);
        free = 0;
        budget.Written(first, 1 << 20);

        var full = Assert.Throws<WirephotoException>(() => budget.Promise(Upload(GiB)));

        Assert.Equal((ErrorCode.StorageFull, GiB), (full.Code, full.Details.Limit));
    }

    [Fact]
    public void Where_little_is_free_each_upload_asks()
    {
        free = 15 * GiB;
        var budget = NewBudget();
        for (var i = 0; i < 3; i++) budget.Promise(Upload(1));
        Assert.Equal(3, asked);
    }

    [Fact]
    public void Where_little_is_left_beside_what_is_kept_and_promised_each_upload_asks()
    {
        var budget = NewBudget(kept: 50 * GiB);
        budget.Promise(Upload(40 * GiB));
        asked = 0;
        for (var i = 0; i < 3; i++) budget.Promise(Upload(1));
        Assert.Equal(3, asked);
    }

    [Fact]
    public void An_answer_that_did_not_come_is_not_relied_on()
    {
        var budget = NewBudget();
        budget.Promise(Upload(1));
        clock.Advance(TimeSpan.FromSeconds(1));
        fails = true;
        for (var i = 0; i < 2; i++) Assert.Throws<IOException>(() => budget.Promise(Upload(1)));
    }

    [Fact]
    public void Promises_out_of_one_answer_never_exceed_it()
    {
        free = 17 * GiB;
        var budget = NewBudget();
        var won = 0;
        while (won < 1000 && TryPromise(budget)) won++;
        Assert.Equal(17 * GiB / (64 << 20), won);
    }

    static bool TryPromise(SpaceBudget budget)
    {
        try
        {
            budget.Promise(Upload(64 << 20));
            return true;
        }
        catch (WirephotoException e) when (e.Code == ErrorCode.StorageFull)
        {
            return false;
        }
    }

    SpaceBudget NewBudget(long kept = 0) => new(
        () =>
        {
            asked++;
            return fails ? throw new IOException("the medium does not answer") : free;
        },
        kept, clock);

    static StagedUpload Upload(long length) => new(UploadToken.New(), new UploadIntent(Name("a.jpg"), length, null, null, "", Resumable: false, "10.0.0.1"));
}
