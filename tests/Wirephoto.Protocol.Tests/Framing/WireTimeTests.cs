using Wirephoto.Protocol.Framing;

namespace Wirephoto.Protocol.Tests.Framing;

public class WireTimeTests
{
    [Theory]
    [InlineData("2026-11-20T12:18:39Z", 0)]
    [InlineData("2026-11-20T12:18:39.5Z", 5_000_000)]
    [InlineData("2026-11-20T12:18:39.0000001Z", 1)]
    [InlineData("2026-11-20T12:18:39.1234567Z", 1_234_567)]
    public void A_time_comes_back(string text, int ticks)
    {
        Assert.True(WireTime.TryParse(text, out var time));
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 12, 18, 39, TimeSpan.Zero).AddTicks(ticks), time);
        Assert.Equal(text, WireTime.Format(time));
    }

    [Theory]
    [InlineData("2026-11-20T12:18:39.12345678Z", "2026-11-20T12:18:39.1234567Z")]
    [InlineData("2026-11-20T12:18:39.123456789Z", "2026-11-20T12:18:39.1234567Z")]
    [InlineData("2026-11-20T12:18:39.500Z", "2026-11-20T12:18:39.5Z")]
    [InlineData("2026-11-20T12:18:39.000000099Z", "2026-11-20T12:18:39Z")]
    public void What_is_finer_than_100_ns_is_cut_off(string text, string kept)
    {
        Assert.True(WireTime.TryParse(text, out var time));
        Assert.Equal(kept, WireTime.Format(time));
    }

    [Fact]
    public void A_time_in_another_zone_is_written_in_utc() =>
        Assert.Equal("2026-11-20T12:18:39Z", WireTime.Format(new DateTimeOffset(2026, 11, 20, 14, 48, 39, TimeSpan.FromHours(2.5))));

    [Fact]
    public void Random_times_come_back()
    {
        var random = new Random(5);
        for (var i = 0; i < 10_000; i++)
        {
            var time = new DateTimeOffset(random.NextInt64(DateTime.MaxValue.Ticks + 1), TimeSpan.Zero);
            Assert.True(WireTime.TryParse(WireTime.Format(time), out var again));
            Assert.Equal(time, again);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-20")]
    [InlineData("2026-11-20T12:18:39")]
    [InlineData("2026-11-20T12:18:39+00:00")]
    [InlineData("2026-11-20t12:18:39z")]
    [InlineData("2026-13-20T12:18:39Z")]
    [InlineData("2026-02-30T12:18:39Z")]
    [InlineData("2026-11-20T24:00:00Z")]
    [InlineData("2026-11-20T12:18:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2026-11-20T12:18:39.1234567890Z")]
    [InlineData("2026-11-20T12:18:39.Z")]
    [InlineData("2026-11-20T12:18:39Z\n")]
    [InlineData(" 2026-11-20T12:18:39Z")]
    [InlineData("٢٠٢٦-11-20T12:18:39Z")]
    public void Other_texts_are_no_time(string text) => Assert.False(WireTime.TryParse(text, out _));
}
