using Wirephoto.Cli.Reports;

namespace Wirephoto.Cli.Tests.Reports;

public sealed class HumanTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1234, "1.2 kB")]
    [InlineData(9949, "9.9 kB")]
    [InlineData(9960, "10 kB")]
    [InlineData(999_499, "999 kB")]
    [InlineData(999_500, "1.0 MB")]
    [InlineData(1_500_000_000, "1.5 GB")]
    [InlineData(long.MaxValue, "9223 PB")]
    [Trait("Requirement", "R4-3.6")]
    public void Sizes_are_short_and_never_carry_a_thousand(long bytes, string expected) => Assert.Equal(expected, Human.Size(bytes));

    [Theory]
    [InlineData(7, "0:07")]
    [InlineData(754, "12:34")]
    [InlineData(3723, "1:02:03")]
    [InlineData(90_000, "25:00:00")]
    public void Spans_count_hours_on(int seconds, string expected) => Assert.Equal(expected, Human.Span(TimeSpan.FromSeconds(seconds)));
}
