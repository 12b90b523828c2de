using Wirephoto.Protocol.Names;
using Wirephoto.Server.Hosting;
using Wirephoto.Server.Logging;
using Wirephoto.Server.Options;
using Wirephoto.Server.Service;
using Wirephoto.Server.Tests.Support;
using Wirephoto.Storage;
using Wirephoto.Storage.Folder;

namespace Wirephoto.Server.Tests.Hosting;

public sealed class SweeperTests : IDisposable
{
    static readonly TimeSpan Day = TimeSpan.FromHours(24);
    static readonly TimeSpan Tick = TimeSpan.FromMinutes(10);

    readonly TemporaryFolder folder = new();
    readonly ManualClock clock = new();
    readonly LogLines log = new();

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Leftovers_of_dead_clients_are_swept_after_their_time_and_the_log_says_what_was_freed()
    {
        await using var store = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var sweeping = new Sweeper(store, Day, clock, new ServerLog(log)).RunAsync(stop.Token);
        await LeaveAsync(store, "a.jpg", 1000);
        await LeaveAsync(store, "b.jpg", 234);

        clock.Advance(Day - Tick);
        Assert.DoesNotContain(log.All, line => line.StartsWith("swept", StringComparison.Ordinal));
        clock.Advance(Tick * 2);

        await log.ShowsAsync(line => line == "swept 2 unfinished uploads, 1234 bytes freed");
        Assert.Empty(Staged());
        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public async Task What_expired_while_the_server_was_stopped_is_swept_at_its_start()
    {
        await using (var first = await OpenAsync()) await LeaveAsync(first, "a.jpg", 1000);
        foreach (var file in Directory.GetFiles(Incoming)) File.SetLastWriteTimeUtc(file, (clock.GetUtcNow() - Day - Tick).UtcDateTime);

        await using var store = await OpenAsync();
        using var stop = new CancellationTokenSource();
        var sweeping = new Sweeper(store, Day, clock, new ServerLog(log)).RunAsync(stop.Token);

        await log.ShowsAsync(line => line == "swept 1 unfinished uploads, 1000 bytes freed");
        Assert.Empty(Staged());
        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public async Task An_upload_that_a_connection_holds_is_never_swept_however_long_it_takes()
    {
        await using var store = await OpenAsync();
        await using var upload = await store.BeginAsync(UploadToken.New(), Intent("a.jpg", 20), Cancel);
        using var stop = new CancellationTokenSource();
        var sweeping = new Sweeper(store, Day, clock, new ServerLog(log)).RunAsync(stop.Token);

        for (var i = 0; i < 5; i++)
        {
            clock.Advance(Day * 2);
            await store.SweepAsync(clock.GetUtcNow() - Day, Cancel);
            await upload.AppendAsync(new byte[2], Cancel);
        }

        Assert.Equal(10, upload.Offset);
        Assert.NotEmpty(Staged());
        Assert.DoesNotContain(log.All, line => line.StartsWith("swept", StringComparison.Ordinal));
        await stop.CancelAsync();
        await sweeping;
    }

    [Fact]
    public void The_owner_decides_how_long_an_upload_is_kept()
    {
        Assert.Equal(Day, new ServerCommand().Read(["5000"]).Limits.UploadAge);
        Assert.Equal(TimeSpan.FromHours(2), new ServerCommand().Read(["5000", "--keep-uploads", "2"]).Limits.UploadAge);
    }

    string Incoming => folder.File(".wirephoto/incoming");

    string[] Staged() => Directory.GetFiles(Incoming);

    Task<FolderStore> OpenAsync() => FolderStore.OpenAsync(
        new FolderStoreOptions { Folder = folder.Path, Clock = clock, NewExaminer = StandardExaminer.Factory(new ServerOptions { Port = 1, Folder = "." }) }, Cancel);

    static UploadIntent Intent(string name, long length) => new(ImageName.Parse(name, ImageTypes.Default), length, null, null, "", Resumable: true);

    static async Task LeaveAsync(FolderStore store, string name, int bytes)
    {
        await using var upload = await store.BeginAsync(UploadToken.New(), Intent(name, 5000), Cancel);
        await upload.AppendAsync(new byte[bytes], Cancel);
    }
}
