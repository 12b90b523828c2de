using Wirephoto.Cli.Progress;
using Wirephoto.Client;

namespace Wirephoto.Cli.Tests.Progress;

public sealed class TransferMeterTests
{
    readonly ManualClock clock = new();

    [Fact]
    [Trait("Requirement", "R4-6.3.c")]
    [Trait("Requirement", "R4-8.1")]
    public void Rate_and_time_left_follow_from_the_bytes_of_the_last_seconds()
    {
        var meter = new TransferMeter(clock);
        var transfer = meter.Begin(1000);
        meter.Begin(1000);
        meter.Read();
        clock.Advance(TimeSpan.FromSeconds(2));
        transfer.Report(new(1000, 1000));
        transfer.End(success: true);

        var now = meter.Read();
        Assert.Equal((1, 2, 1000, 2000, 0.5, 500.0), (now.FilesDone, now.Files, now.Bytes, now.Total, now.Fraction, now.Rate));
        Assert.Equal(TimeSpan.FromSeconds(2), now.Left);
        Assert.Equal("1/2 files  1.0 kB of 2.0 kB  500 B/s  0:02 left", ProgressDisplay.Text(now));
    }

    [Fact]
    public void It_never_goes_backwards_and_never_passes_the_end_whatever_is_reported()
    {
        var random = new Random(42);
        var meter = new TransferMeter(clock);
        var transfers = new List<TransferMeter.Transfer>();
        double before = 0;
        long bytesBefore = 0;
        for (var i = 0; i < 20_000; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
            switch (random.Next(12))
            {
                case 0:
                    transfers.Add(meter.Begin(random.Next(3) == 0 ? null : random.Next(10_000)));
                    break;
                case 1 when transfers.Count > 0:
                    transfers[random.Next(transfers.Count)].End(random.Next(2) == 0);
                    break;
                default:
                    if (transfers.Count > 0) transfers[random.Next(transfers.Count)].Report(new TransferProgress(random.Next(20_000), random.Next(10_000)));
                    break;
            }

            var now = meter.Read();
            Assert.InRange(now.Fraction, before, 1);
            Assert.InRange(now.Bytes, bytesBefore, now.Total);
            Assert.InRange(now.FilesDone, 0, now.Files);
            Assert.True(now.Rate >= 0 && now.Left is null or { Ticks: >= 0 });
            (before, bytesBefore) = (now.Fraction, now.Bytes);
        }

        foreach (var transfer in transfers) transfer.End(success: true);
        var end = meter.Read();
        Assert.Equal((1.0, end.Total, end.Files), (end.Fraction, end.Bytes, end.FilesDone));
    }

    [Fact]
    public void Files_that_are_being_verified_are_counted_until_their_bytes_move()
    {
        var meter = new TransferMeter(clock);
        var (first, second) = (meter.Begin(100), meter.Begin(100));
        first.Report(new TransferProgress(10, 100, Verifying: true));
        second.Report(new TransferProgress(50, 100, Verifying: true));
        Assert.Equal(2, meter.Read().Verifying);
        Assert.EndsWith("  verifying 2", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);

        first.Report(new TransferProgress(11, 100));
        second.End(success: false);
        Assert.Equal(0, meter.Read().Verifying);
    }

    [Fact]
    public void A_failed_file_is_not_waited_for()
    {
        var meter = new TransferMeter(clock);
        meter.Begin(900).End(success: false);
        meter.Begin(100).End(success: true);

        Assert.Equal((2, 100, 100, 1.0), (meter.Read().FilesDone, meter.Read().Bytes, meter.Read().Total, meter.Read().Fraction));
    }

    [Fact]
    public void A_standstill_shows_after_some_seconds_and_until_something_is_counted()
    {
        var meter = new TransferMeter(clock);
        var (first, second) = (meter.Begin(100), meter.Begin(100));
        first.Report(new TransferProgress(50, 100));
        clock.Advance(TimeSpan.FromSeconds(15));

        // What was counted already is nothing new.
        first.Report(new TransferProgress(50, 100));
        Assert.DoesNotContain("nothing new", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(15));
        Assert.EndsWith("  nothing new for 0:30", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);

        first.Report(new TransferProgress(50, 100, Verifying: true));
        Assert.DoesNotContain("nothing new", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);
        first.Report(new TransferProgress(50, 100));
        Assert.Contains("nothing new", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);

        second.Report(new TransferProgress(1, 100));
        Assert.DoesNotContain("nothing new", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(25));
        first.End(success: true);
        Assert.DoesNotContain("nothing new", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);
        clock.Advance(TimeSpan.FromSeconds(25));
        second.End(success: false);
        clock.Advance(TimeSpan.FromSeconds(25));
        Assert.DoesNotContain("nothing new", ProgressDisplay.Text(meter.Read()), StringComparison.Ordinal);
    }
}
