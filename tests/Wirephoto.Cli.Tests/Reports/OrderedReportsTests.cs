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
        ordered.Dispose();

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
        reporter.Finish(whole: true);

        var lines = error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("3 of 30 failed:", lines[0]);
        Assert.Equal(5, lines.Length);
        Assert.StartsWith("exists: ", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(20, 20, "")]
    [InlineData(21, 0, "all 21 done\n")]
    [InlineData(30, 1, "1 of 30 was there already\nall 30 done\n")]
    [InlineData(30, 28, "28 of 30 were there already\nall 30 done\n")]
    public void How_many_transfers_there_were_is_said_when_they_have_scrolled_away(int reports, int there, string expected)
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < reports; i++) reporter.Add(Report(i) with { AlreadyThere = i < there });
        reporter.Finish(whole: true);

        Assert.Equal(expected, error.ToString());
    }

    [Theory]
    [InlineData(3, "skipped 2\n")]
    [InlineData(30, "skipped 2\nall 30 done\nskipped 2\n")]
    public void What_was_passed_over_is_told_again_when_that_has_scrolled_away(int reports, string expected)
    {
        using var reporter = Reporter(new());
        reporter.Skipped("skipped 2");
        for (var i = 0; i < reports; i++) reporter.Add(Report(i));
        reporter.Finish(whole: true);

        Assert.Equal(expected, error.ToString());
    }

    [Fact]
    public void A_run_that_was_broken_off_is_not_said_to_be_done()
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < 30; i++) reporter.Add(Report(i));
        reporter.Finish(whole: false);

        Assert.Empty(error.ToString());
    }

    [Fact]
    public void Only_transfers_are_counted()
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < 30; i++) reporter.Add(Report(i) with { Request = Verb.Stat });
        reporter.Finish(whole: true);

        Assert.Empty(error.ToString());
    }

    [Fact]
    public void What_was_there_already_is_told_before_the_failures()
    {
        using var reporter = Reporter(new());
        for (var i = 0; i < 30; i++) reporter.Add(i == 3 ? Report(i, ErrorCode.Exists) : Report(i) with { AlreadyThere = i < 5 });
        reporter.Finish(whole: true);

        Assert.StartsWith("4 of 30 were there already\n1 of 30 failed:\n  s PUT 3.jpg failure", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void Totals_are_for_people_who_did_not_ask_for_silence(bool quiet, bool json)
    {
        using var reporter = Reporter(new() { Quiet = quiet, Json = json });
        for (var i = 0; i < 30; i++) reporter.Add(Report(i) with { AlreadyThere = true });
        reporter.Finish(whole: true);

        Assert.Empty(error.ToString());
    }

    [Fact]
    public void Quiet_keeps_the_failures_only()
    {
        using var reporter = Reporter(new() { Quiet = true });
        reporter.Add(Report(1));
        reporter.Add(Report(2, ErrorCode.Exists));
        reporter.Finish(whole: true);

        Assert.Equal("s PUT 2.jpg failure message\n", output.ToString());
        Assert.Empty(error.ToString());
    }
}
