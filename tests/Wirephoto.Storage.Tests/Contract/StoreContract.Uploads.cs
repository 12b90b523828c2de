using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Names;
using Wirephoto.Storage.Tests.Support;
using static Wirephoto.Storage.Tests.Support.StoreExtensions;

namespace Wirephoto.Storage.Tests.Contract;

public abstract partial class StoreContract
{
    static readonly byte[] Picture = Noise(300_000, seed: 7);

    async Task<UploadToken> LeaveHalfAsync(string owner = "", bool resumable = true, bool digest = true)
    {
        var token = UploadToken.New();
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture, owner, resumable, digest), Cancel);
        await upload.AppendAsync(Picture.AsMemory(0, 120_000), Cancel);
        return token;
    }

    async Task FinishAsync(IUpload upload)
    {
        using var examiner = new TestExaminer();
        await upload.ReadBackAsync(examiner, Cancel);
        Assert.Equal(DigestOf(Picture.AsSpan(0, (int)upload.Offset)), examiner.CurrentDigest());
        examiner.Append(Picture.AsSpan((int)upload.Offset));
        await upload.AppendAsync(Picture.AsMemory((int)upload.Offset), Cancel);
        Assert.True((await upload.CommitAsync(examiner.Complete(), Cancel)).Won);
        Assert.Equal(Picture, await Store.GetAsync("half.jpg"));
    }

    [Fact]
    [Trait("Requirement", "R0-3.1.1.5")]
    public async Task A_resumable_upload_goes_on_by_its_token()
    {
        var token = await LeaveHalfAsync(digest: false);
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture, digest: false), Cancel);
        Assert.Equal(120_000, upload.Offset);
        await FinishAsync(upload);
    }

    [Fact]
    public async Task A_resumable_upload_goes_on_by_name_and_digest_under_the_new_token()
    {
        var old = await LeaveHalfAsync();
        var token = UploadToken.New();
        await (await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel)).DisposeAsync();
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        Assert.Equal(120_000, upload.Offset);
        await FinishAsync(upload);
        Assert.NotNull(await Store.FindCommittedAsync(token, "", Cancel));
        Assert.Null(await Store.FindCommittedAsync(old, "", Cancel));
    }

    [Fact]
    public async Task Without_a_digest_or_with_another_one_a_new_token_starts_anew()
    {
        await LeaveHalfAsync();
        await using var without = await Store.BeginAsync(Intent("half.jpg", Picture, digest: false));
        await using var other = await Store.BeginAsync(Intent("half.jpg", Noise(Picture.Length, seed: 8)));
        await using var direct = await Store.BeginAsync(Intent("half.jpg", Picture, resumable: false));
        Assert.Equal((0, 0, 0), (without.Offset, other.Offset, direct.Offset));
    }

    [Fact]
    public async Task An_upload_that_is_not_resumable_is_removed_with_its_handle()
    {
        var token = await LeaveHalfAsync(resumable: false);
        await using var again = await Store.BeginAsync(token, Intent("half.jpg", Picture, resumable: false), Cancel);
        Assert.Equal(0, again.Offset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_newer_handle_takes_over_and_fences_off_the_older(bool byToken)
    {
        var token = UploadToken.New();
        await using var older = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        await older.AppendAsync(Picture.AsMemory(0, 100), Cancel);
        await using var newer = await Store.BeginAsync(byToken ? token : UploadToken.New(), Intent("half.jpg", Picture), Cancel);
        Assert.Equal(100, newer.Offset);

        using var examiner = new TestExaminer();
        await FailsAsync(ErrorCode.TakenOver, () => older.AppendAsync(new byte[10], Cancel));
        await FailsAsync(ErrorCode.TakenOver, () => older.ReadBackAsync(examiner, Cancel));
        await FailsAsync(ErrorCode.TakenOver, () => older.AbortAsync(Cancel));
        await older.DisposeAsync();
        await FinishAsync(newer);
    }

    [Fact]
    public async Task An_older_handle_that_is_complete_can_no_longer_commit()
    {
        var token = UploadToken.New();
        await using var older = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        await older.AppendAsync(Picture, Cancel);
        await using var newer = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        await FailsAsync(ErrorCode.TakenOver, () => older.CommitAsync(TestExaminer.Examine(Picture), Cancel));
        Assert.Null(await Store.FindAsync(Name("half.jpg"), true, Cancel));
        Assert.True((await newer.CommitAsync(TestExaminer.Examine(Picture), Cancel)).Won);
    }

    [Fact]
    public async Task A_token_belongs_to_one_name_length_digest_and_owner()
    {
        var token = await LeaveHalfAsync(owner: "ann");
        UploadIntent[] others =
        [
            Intent("other.jpg", Picture, "ann"), Intent("half.jpg", Noise(10), "ann"), Intent("half.jpg", Noise(Picture.Length, 9), "ann"), Intent("half.jpg", Picture, "bob"),
        ];
        foreach (var other in others) await FailsAsync(ErrorCode.UploadConflict, () => Store.BeginAsync(token, other, Cancel));
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture, "ann"), Cancel);
        Assert.Equal(120_000, upload.Offset);
    }

    [Fact]
    public async Task Owners_do_not_see_each_others_uploads_and_receipts()
    {
        await LeaveHalfAsync(owner: "ann");
        var token = UploadToken.New();
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture, "bob"), Cancel);
        Assert.Equal(0, upload.Offset);
        await FinishAsync(upload);
        Assert.NotNull(await Store.FindCommittedAsync(token, "bob", Cancel));
        Assert.Null(await Store.FindCommittedAsync(token, "ann", Cancel));
        await FailsAsync(ErrorCode.UploadConflict, () => Store.BeginAsync(token, Intent("half.jpg", Picture, "ann"), Cancel));
    }

    [Fact]
    public async Task A_committed_token_gives_its_image_for_24_hours()
    {
        var token = UploadToken.New();
        await using (var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel)) await FinishAsync(upload);
        var image = await Store.FindAsync(Name("half.jpg"), false, Cancel);

        Clock.Advance(TimeSpan.FromHours(23));
        await using (var again = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel)) Assert.Equal(image, again.Committed);
        Assert.Equal(image, await Store.FindCommittedAsync(token, "", Cancel));
        await FailsAsync(ErrorCode.UploadConflict, () => Store.BeginAsync(token, Intent("other.jpg", Picture), Cancel));

        Clock.Advance(TimeSpan.FromHours(2));
        Assert.Null(await Store.FindCommittedAsync(token, "", Cancel));
    }

    [Fact]
    public async Task A_committed_token_gives_nothing_once_the_image_is_deleted_or_another()
    {
        var token = UploadToken.New();
        await using (var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel)) await FinishAsync(upload);
        await Store.DeleteAsync(Name("half.jpg"), null, Cancel);
        Assert.Null(await Store.FindCommittedAsync(token, "", Cancel));
        await Store.PutAsync("half.jpg", Bytes("another"));
        Assert.Null(await Store.FindCommittedAsync(token, "", Cancel));
        await using var again = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        Assert.Null(again.Committed);
        Assert.Equal(0, again.Offset);
    }

    [Fact]
    public async Task A_loser_has_no_receipt()
    {
        await Store.PutAsync("half.jpg", Bytes("first"));
        var token = UploadToken.New();
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        await upload.AppendAsync(Picture, Cancel);
        Assert.False((await upload.CommitAsync(TestExaminer.Examine(Picture), Cancel)).Won);
        Assert.Null(await Store.FindCommittedAsync(token, "", Cancel));
    }

    [Fact]
    public async Task Abort_removes_the_upload_and_ends_its_handle()
    {
        var token = await LeaveHalfAsync();
        await using (var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel))
        {
            await upload.AbortAsync(Cancel);
            await FailsAsync(ErrorCode.UnknownUpload, () => upload.AppendAsync(new byte[1], Cancel));
        }

        await using var again = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        Assert.Equal(0, again.Offset);
    }

    [Fact]
    public async Task An_upload_can_neither_outgrow_its_length_nor_be_committed_before_it_is_complete()
    {
        await using var upload = await Store.BeginAsync(Intent("half.jpg", Picture));
        await upload.AppendAsync(Picture.AsMemory(1), Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => upload.CommitAsync(TestExaminer.Examine(Picture), Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => upload.AppendAsync(new byte[2], Cancel));
        Assert.Equal(Picture.Length - 1, upload.Offset);
    }

    [Fact]
    public async Task A_piece_may_be_reused_as_soon_as_it_is_appended()
    {
        var piece = new byte[1000];
        await using var upload = await Store.BeginAsync(Intent("half.jpg", Picture, digest: false));
        for (var at = 0; at < Picture.Length; at += piece.Length)
        {
            Picture.AsSpan(at, piece.Length).CopyTo(piece);
            await upload.AppendAsync(piece, Cancel);
        }

        await upload.CommitAsync(TestExaminer.Examine(Picture), Cancel);
        Assert.Equal(Picture, await Store.GetAsync("half.jpg"));
    }

    [Fact]
    public async Task Sweep_removes_what_nobody_touched_and_nobody_uses()
    {
        var old = await LeaveHalfAsync();
        await using var used = await Store.BeginAsync(Intent("used.jpg", Picture));
        await used.AppendAsync(Picture.AsMemory(0, 10), Cancel);
        Clock.Advance(TimeSpan.FromHours(2));
        var young = UploadToken.New();
        await using (var upload = await Store.BeginAsync(young, Intent("young.jpg", Picture), Cancel)) await upload.AppendAsync(Picture.AsMemory(0, 10), Cancel);

        Assert.Equal(new SweepResult(1, 120_000), await Store.SweepAsync(Clock.GetUtcNow() - TimeSpan.FromHours(1), Cancel));
        Assert.Equal(default, await Store.SweepAsync(Clock.GetUtcNow() - TimeSpan.FromHours(1), Cancel));

        await using var again = await Store.BeginAsync(old, Intent("half.jpg", Picture), Cancel);
        await using var still = await Store.BeginAsync(young, Intent("young.jpg", Picture), Cancel);
        Assert.Equal((0, 10), (again.Offset, still.Offset));
        await used.AppendAsync(Picture.AsMemory(10), Cancel);
        Assert.True((await used.CommitAsync(TestExaminer.Examine(Picture), Cancel)).Won);
    }

    [Fact]
    public async Task Sweep_forgets_old_receipts()
    {
        var token = UploadToken.New();
        await using (var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel)) await FinishAsync(upload);
        Clock.Advance(TimeSpan.FromHours(1));
        await Store.SweepAsync(Clock.GetUtcNow(), Cancel);
        Assert.Null(await Store.FindCommittedAsync(token, "", Cancel));
        Assert.NotNull(await Store.FindAsync(Name("half.jpg"), false, Cancel));
    }

    [Fact]
    public async Task A_begin_that_comes_during_a_commit_finds_it_committed()
    {
        var token = UploadToken.New();
        await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
        await upload.AppendAsync(Picture, Cancel);
        var commit = upload.CommitAsync(TestExaminer.Examine(Picture), Cancel);
        await using var late = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);

        // Either it came before the commit, which then is fenced off, or after it.
        if (late.Committed is null) await FailsAsync(ErrorCode.TakenOver, () => commit);
        else Assert.Equal((await commit).Image, late.Committed);
    }

    [Fact]
    public async Task Handles_that_take_each_other_over_in_the_middle_of_their_pieces_never_mix_their_bytes()
    {
        var token = UploadToken.New();

        async Task<bool> TryFinishAsync()
        {
            await using var upload = await Store.BeginAsync(token, Intent("half.jpg", Picture), Cancel);
            if (upload.Committed is not null) return true;
            try
            {
                using var examiner = new TestExaminer();
                await upload.ReadBackAsync(examiner, Cancel);
                while (upload.Offset < Picture.Length)
                {
                    var piece = Picture.AsMemory((int)upload.Offset, (int)Math.Min(3000, Picture.Length - upload.Offset));
                    examiner.Append(piece.Span);
                    await upload.AppendAsync(piece, Cancel);
                }

                var examined = examiner.Complete();
                Assert.Equal(DigestOf(Picture), examined.Digest);
                return (await upload.CommitAsync(examined, Cancel)).Won;
            }
            catch (WirephotoException e) when (e.Code == ErrorCode.TakenOver)
            {
                return false;
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                for (var attempt = 0; attempt < 10 && !await TryFinishAsync(); attempt++) await Task.Yield();
            }, Cancel)));
        Assert.True(await TryFinishAsync());
        Assert.Equal(Picture, await Store.GetAsync("half.jpg"));
        Assert.Equal(1, (await Store.StatusAsync(Cancel)).Images);
    }
}
