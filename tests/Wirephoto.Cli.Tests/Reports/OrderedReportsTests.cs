using Wirephoto.Cli.Arguments;
using Wirephoto.Cli.Reports;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Cli.Tests.Reports;

public sealed class OrderedReportsTests : IDisposable
{
    readonly StringWriter output = new();
    readonly StringWriter error = new();

    Reporter Reporter(CliOptions options) => new(new Screen(TextReader.Null, output, error), options, TimeProvider.System) { Server = "s" };

    static Report Report(int index, ErrorCode? code = null) => new(Verb.Put, $"{index}.jpg", "message", code);

    public void Dispose()
    {
        output.Dispose();
        error.Dispose();
    }

    [Fact]
    public void Reports_come_out_in_the_order_of_the_files_whatever_finished_first()
    {
        using var reporter = Reporter(new());
        var ordered = new OrderedReports(reporter);

        ordered.Add(2, Report(2));
        ordered.Add(1, Report(1));
        Assert.Empty(output.ToString());
        ordered.Add(0, Report(0));
        ordered.Add(4, Report(4));
        ordered.Flush();

        Assert.Equal([0, 1, 2, 4], output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ')[2][0] - '0'));
    }

    [Fact]
    public void Of_several_exit_codes_the_highest_counts()
    {
        using var reporter = Reporter(new());
        reporter.Add(Report(1, ErrorCode.LocalMissing));
        reporter.Add(Report(2, ErrorCode.NotFound));
        reporter.Add(Report(3));

        Assert.Equal(6, reporter.ExitCode);
    }

    [Fact]
    public void Failures_that_scrolled_away_are_listed_again_with_one_remedy_each()
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < 30; i++) reporter.Add(Report(i, i % 10 == 3 ? ErrorCode.Exists : null));
        reporter.Finish();

        var lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("3 of 30 failed:", lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("exists: ", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 0, "")]
    [InlineData(21, 0, "all 21 done\n")]
    [InlineData(30, 1, "all 30 done, 1 was there already\n")]
    [InlineData(30, 28, "all 30 done, 28 were there already\n")]
    public void How_many_there_were_is_said_when_they_have_scrolled_away(int reports, int repeated, string expected)
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < reports; i++) reporter.Add(Report(i) with { Repeated = i < repeated });
        reporter.Finish();

        Assert.Equal(expected, error.ToString());
    }

    [Fact]
    public void What_was_there_already_is_counted_beside_failures()
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < 30; i++) reporter.Add(i == 3 ? Report(i, ErrorCode.Exists) : Report(i) with { Repeated = i < 5 });
        reporter.Finish();

        Assert.StartsWith("1 of 30 failed, 4 were there already:\n", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Quiet_keeps_the_failures_only()
    {
        using var reporter = Reporter(new() { Quiet = true });
        reporter.Add(Report(1));
        reporter.Add(Report(2, ErrorCode.Exists));
        reporter.Finish();

        Assert.Equal("s PUT 2.jpg failure message\n", output.ToString());
        Assert.Empty(error.ToString());
    }
}
