using Wirephoto.Client.Gets;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol.Errors;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests;

/// <summary>What an earlier run fetched is gone on with, if it is of exactly the same image, and never otherwise.</summary>
public sealed class GetResumeTests : IDisposable
{
    const string Parts = ".wirephoto-parts";
    static readonly WirephotoClientOptions Once = ScriptedPeer.Patient with { Retries = 0 };

    readonly TempFolder folder = new();
    readonly byte[] image = Samples.Bytes(600_000);

    public void Dispose() => folder.Dispose();

    [Theory(Timeout = Patience)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(599_999)]
    [InlineData(600_000)]
    [Trait("Requirement", "R0-2.2.2.3")]
    public async Task A_later_run_goes_on_where_an_earlier_one_was_cut_off(int sent)
    {
        await LeaveAsync(sent);
        var progress = new ProgressLog();
        await using var peer = new ScriptedPeer(connection => AnswerStatAndGetAsync(connection, image, sent));
        await using var client = await peer.ConnectAsync();

        var result = await client.GetFileAsync("a.jpg", folder["a.jpg"], new() { Progress = progress }, Cancel);

        Assert.Equal(new GetResult(Samples.Info("a.jpg", image), AlreadyThere: false, sent), result);
        Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(["a.jpg"], folder.Names);
        Assert.True(progress.Reports[0].Verifying);
        progress.AssertSteadyTo(image.Length);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_get_that_was_cut_off_before_its_first_byte_leaves_nothing()
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), []);
        });
        await using var client = await peer.ConnectAsync(Once);

        await Assert.ThrowsAsync<ConnectionException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task A_cancelled_get_keeps_its_part_and_the_connection_goes_on()
    {
        using var cancelled = new CancellationTokenSource();
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..1000]);
            while (!Left().Any(part => new FileInfo(part).Length > 0)) await Task.Yield();
            await cancelled.CancelAsync();
            await connection.RawAsync(image[1000..]);
            await connection.ReplyAsync(await connection.ExpectAsync("say"), new SayReply("hi ACK"));
        });
        await using var client = await peer.ConnectAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: cancelled.Token));

        Assert.Equal([Parts], folder.Names);
        var kept = File.ReadAllBytes(Assert.Single(Left()));
        Assert.Equal(image[..kept.Length], kept);
        Assert.Equal("hi ACK", await client.SayAsync("hi", Cancel));
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_part_of_an_image_that_was_replaced_is_not_gone_on_with()
    {
        await LeaveAsync(1000);
        var other = Samples.Bytes(image.Length, seed: 2);
        await using var peer = new ScriptedPeer(connection => AnswerStatAndGetAsync(connection, other, 0));
        await using var client = await peer.ConnectAsync();

        var result = await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);

        Assert.Equal(0, result.Resumed);
        Assert.Equal(other, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Single(Left());
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task An_image_that_is_replaced_after_its_part_was_taken_up_is_fetched_anew()
    {
        await LeaveAsync(1000);
        var other = Samples.Bytes(image.Length, seed: 2);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", other, 1000), other[1000..]);
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", other), other);
        });
        await using var client = await peer.ConnectAsync();

        await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);

        Assert.Equal(other, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(["a.jpg"], folder.Names);
        await peer.DoneAsync();
    }

    [Theory(Timeout = Patience)]
    [InlineData(0)]
    [InlineData(999)]
    public async Task A_poisoned_prefix_is_never_trusted_and_never_resumed_twice(int at)
    {
        await LeaveAsync(1000);
        var part = Assert.Single(Left());
        var bytes = File.ReadAllBytes(part);
        bytes[at] ^= 1;
        File.WriteAllBytes(part, bytes);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await AnswerStatAndGetAsync(connection, image, 1000);
            var again = await connection.ExpectAsync("get");
            Assert.Null(again.OptionalNumber("offset"));
            await connection.ReplyAsync(again, Samples.Get("a.jpg", image), image);
        });
        await using var client = await peer.ConnectAsync();

        var result = await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel);

        Assert.Equal(0, result.Resumed);
        Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(["a.jpg"], folder.Names);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_part_that_is_longer_than_the_image_is_removed()
    {
        await LeaveAsync(1000);
        await File.AppendAllBytesAsync(Assert.Single(Left()), image, Cancel);
        await using var peer = new ScriptedPeer(connection => AnswerStatAndGetAsync(connection, image, 0));
        await using var client = await peer.ConnectAsync();

        Assert.Equal(0, (await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel)).Resumed);

        Assert.Equal(["a.jpg"], folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task An_integrity_failure_leaves_no_part()
    {
        var wrong = (byte[])image.Clone();
        wrong[^1] ^= 1;
        await LeaveAsync(1000);
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", image)));
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image, 1000), wrong[1000..]);
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), wrong);
        });
        await using var client = await peer.ConnectAsync();

        var failure = await Assert.ThrowsAsync<IntegrityException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));

        Assert.Equal(ErrorCode.WrongDigest, failure.Code);
        Assert.Empty(folder.Names);
    }

    [Fact(Timeout = Patience)]
    public async Task Two_runs_at_once_never_write_one_part()
    {
        await LeaveAsync(1000);
        var info = Samples.Info("a.jpg", image);
        var parts = new PartFolder(folder.Path);
        using var first = parts.TryClaim("a.jpg", info);
        Assert.NotNull(first);
        await using var peer = new ScriptedPeer(connection => AnswerStatAndGetAsync(connection, image, 0));
        await using var client = await peer.ConnectAsync();

        Assert.Null(parts.TryClaim("a.jpg", info));
        Assert.Equal(0, (await client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel)).Resumed);

        Assert.Equal(image, await File.ReadAllBytesAsync(folder["a.jpg"], Cancel));
        Assert.Equal(first.Path, Assert.Single(Left()));
        Assert.Equal(1000, first.Length);
    }

    [Fact]
    public void Of_many_that_claim_one_part_at_once_exactly_one_gets_it()
    {
        var info = Samples.Info("a.jpg", image);
        var parts = new PartFolder(folder.Path);
        for (var round = 0; round < 100; round++)
        {
            parts.Create("a.jpg", info).Dispose();
            var claims = new PartFile?[4];
            Parallel.For(0, claims.Length, i => claims[i] = new PartFolder(folder.Path).TryClaim("a.jpg", info));

            // None is possible: two that hold it for a moment each can both step back, and the next run finds it.
            var winners = claims.Where(claim => claim is not null).ToList();
            Assert.InRange(winners.Count, 0, 1);
            foreach (var winner in winners) winner!.Delete();
            foreach (var left in Left()) File.Delete(left);
        }
    }

    [Fact(Timeout = Patience)]
    public async Task Parts_that_nobody_took_up_for_a_day_are_removed_and_nothing_else_is()
    {
        await LeaveAsync(1000);
        var old = Assert.Single(Left());
        var parts = Path.GetDirectoryName(old)!;
        var young = old.Replace("a.jpg", "b.jpg", StringComparison.Ordinal);
        File.Copy(old, young);
        string[] foreign = [Path.Combine(parts, "notes.txt"), Path.Combine(parts, ".a.jpg.wirephoto-part"), old + "x"];
        foreach (var path in foreign) File.WriteAllBytes(path, [1]);
        var clock = new ManualClock();
        foreach (var path in foreign.Append(old)) File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime.AddHours(-25));
        File.SetLastWriteTimeUtc(young, clock.GetUtcNow().UtcDateTime.AddHours(-23));

        new PartFolder(folder.Path).Clean(clock.GetUtcNow());

        Assert.Equal(foreign.Append(young).Order(StringComparer.Ordinal), Left().Order(StringComparer.Ordinal));
    }

    [Fact(Timeout = Patience)]
    public async Task What_lies_behind_a_link_or_where_everybody_may_write_is_not_taken_up()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("no such modes there");
            return;
        }

        await LeaveAsync(1000);
        var info = Samples.Info("a.jpg", image);
        var parts = new PartFolder(folder.Path);
        var victim = folder.Add("victim", [1, 2, 3]);
        var part = Assert.Single(Left());
        var planted = part[..^".0000000000000000.wirephoto-part".Length] + ".0000000000000000.wirephoto-part";
        File.Delete(part);
        File.CreateSymbolicLink(planted, victim);
        Assert.Null(parts.TryClaim("a.jpg", info));

        File.Delete(planted);
        File.WriteAllBytes(planted, image[..10]);
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherWrite);
        Assert.False(parts.HasAny("a.jpg"));
        Assert.Null(parts.TryClaim("a.jpg", info));
        using (var alone = parts.Create("a.jpg", info)) Assert.False(parts.Keeps(alone));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(victim));
    }

    [Theory]
    [InlineData(38)]
    [InlineData(39)]
    [InlineData(40)]
    public void A_part_is_found_again_wherever_its_name_is_cut(int characters)
    {
        // Beyond U+FFFF: two code units each.
        var name = new string('a', characters) + "\U0001F4F7\U0001F4F7.jpg";
        var info = Samples.Info("a.jpg", image);
        using (var part = new PartFolder(folder.Path).Create(name, info)) Assert.StartsWith(folder[Parts], part.Path, StringComparison.Ordinal);

        var later = new PartFolder(folder.Path);
        Assert.True(later.HasAny(name));
        using var found = later.TryClaim(name, info);
        Assert.NotNull(found);
    }

    string[] Left() => Directory.Exists(folder[Parts]) ? Directory.GetFiles(folder[Parts]) : [];

    // A run that loses its connection for good after so many bytes.
    async Task LeaveAsync(int sent)
    {
        await using var peer = new ScriptedPeer(async connection =>
        {
            await connection.GreetAsync();
            var cut = sent == image.Length;
            await connection.ReplyAsync(await connection.ExpectAsync("get"), Samples.Get("a.jpg", image), image[..(cut ? sent - 1 : sent)]);
        });
        await using var client = await peer.ConnectAsync(Once);
        await Assert.ThrowsAsync<ConnectionException>(() => client.GetFileAsync("a.jpg", folder["a.jpg"], cancel: Cancel));
        var part = Assert.Single(Left());

        // A process that is killed between the last byte and the new name leaves all of them.
        if (sent == image.Length) await File.AppendAllBytesAsync(part, image[^1..], Cancel);
        Assert.Equal(image[..sent], await File.ReadAllBytesAsync(part, Cancel));
    }

    static async Task AnswerStatAndGetAsync(PeerConnection connection, byte[] bytes, int offset)
    {
        await connection.GreetAsync();
        await connection.ReplyAsync(await connection.ExpectAsync("stat"), new StatReply(Samples.Info("a.jpg", bytes)));
        var get = await connection.ExpectAsync("get");
        Assert.Equal(offset, get.OptionalNumber("offset") ?? 0);
        await connection.ReplyAsync(get, Samples.Get("a.jpg", bytes, offset), bytes[offset..]);
    }
}
