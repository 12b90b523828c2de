using System.Diagnostics;
using Wirephoto.Storage.Disk;

namespace Wirephoto.Storage.Tests.Disk;

public sealed class QuickLaneTests
{
    readonly QuickLane lane = new(new QuickLane.Places(2));

    [Fact]
    public void A_disk_that_nobody_knows_counts_as_slow()
    {
        Assert.False(lane.TryEnter());
    }

    [Fact]
    public void Quick_work_opens_it_and_one_hang_closes_it_until_some_quick_work_was_done_again()
    {
        Learn(TimeSpan.Zero, times: 100);
        Assert.True(lane.TryEnter());
        lane.Leave(Stopwatch.GetTimestamp(), bytes: 0);

        Learn(TimeSpan.FromHours(1), times: 1);
        Assert.False(lane.TryEnter());

        // However long it was: a single hang counts no more than its bound.
        Learn(TimeSpan.Zero, times: 30);
        Assert.True(lane.TryEnter());
    }

    [Fact]
    public void No_more_callers_at_a_time_than_there_are_places()
    {
        Learn(TimeSpan.Zero, times: 100);
        Assert.True(lane.TryEnter());
        Assert.True(lane.TryEnter());
        Assert.False(lane.TryEnter());

        lane.Leave(Stopwatch.GetTimestamp(), bytes: 0);
        Assert.True(lane.TryEnter());
        Assert.False(lane.TryEnter());
    }

    [Fact]
    public void Quick_work_that_had_to_wait_for_a_core_now_and_then_keeps_it_open_and_slow_work_closes_it()
    {
        Learn(TimeSpan.Zero, times: 100);
        for (var i = 0; i < 20; i++)
        {
            Learn(TimeSpan.FromMilliseconds(4), times: 1);
            Assert.True(lane.TryEnter());
            lane.Leave(Stopwatch.GetTimestamp(), bytes: 0);
            Learn(TimeSpan.Zero, times: 10);
        }

        Learn(TimeSpan.FromMilliseconds(4), times: 3);
        Assert.False(lane.TryEnter());
    }

    [Fact]
    public void Work_on_many_bytes_may_take_the_time_that_copying_them_takes()
    {
        Learn(TimeSpan.Zero, times: 100);
        Learn(TimeSpan.FromMilliseconds(1), times: 100, bytes: 512 * 1024);
        Assert.True(lane.TryEnter());
        lane.Leave(Stopwatch.GetTimestamp(), bytes: 0);

        Learn(TimeSpan.FromMilliseconds(10), times: 100, bytes: 512 * 1024);
        Assert.False(lane.TryEnter());
    }

    void Learn(TimeSpan took, int times, int bytes = 0)
    {
        for (var i = 0; i < times; i++) lane.Learn(Stopwatch.GetTimestamp() - (long)(took.TotalSeconds * Stopwatch.Frequency), bytes);
    }
}
