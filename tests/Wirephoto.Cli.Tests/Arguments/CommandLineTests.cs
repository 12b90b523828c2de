using Wirephoto.Cli.Arguments;

namespace Wirephoto.Cli.Tests.Arguments;

public sealed class CommandLineTests
{
    static Invocation.Run Run(params string[] args) => Assert.IsType<Invocation.Run>(CommandLine.Parse(args, null));

    static string Refusal(params string[] args) => Assert.Throws<UsageException>(() => CommandLine.Parse(args, null)).Message;

    [Fact]
    [Trait("Requirement", "R0-2.2.1.1")]
    [Trait("Requirement", "R2-5.2")]
    [Trait("Requirement", "R3-7.1")]
    [Trait("Requirement", "R3-7.2")]
    [Trait("Requirement", "R3-8.1")]
    public void Host_port_request_and_file_are_understood()
    {
        var run = Run("localhost", "5000", "put", "cat.jpg");

        Assert.Equal(new ServerAddress("localhost", 5000), run.Server);
        Assert.Equal(Verb.Put, Assert.Single(run.Requests).Verb);
        Assert.Equal(["cat.jpg"], run.Requests[0].Operands);
    }

    [Theory]
    [Trait("Requirement", "R0-3.1.1.1")]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("-1")]
    [InlineData("+80")]
    [InlineData("80 ")]
    [InlineData("0x50")]
    [InlineData("http")]
    [InlineData("99999999999999999999")]
    public void A_port_that_is_no_number_in_1_to_65535_is_refused(string port) => Assert.NotEmpty(Refusal("localhost", port, "list"));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nas/folder")]
    [InlineData("user@nas")]
    [InlineData("a-name-that-goes-on-and-on-and-on", 10)]
    public void A_host_that_is_none_is_refused(string host, int times = 1) =>
        Assert.Contains("is not a host", Refusal(string.Concat(Enumerable.Repeat(host, times)), "5000", "list"), StringComparison.Ordinal);

    [Fact]
    public void An_address_stands_for_host_and_port()
    {
        Assert.Equal(new ServerAddress("nas", 5000), Run("wirephoto://nas", "list").Server);
        Assert.Equal(new ServerAddress("nas", 7), Run("WIREPHOTO://nas:7/", "list").Server);
        Assert.Equal(new ServerAddress("::1", 7), Run("wirephoto://[::1]:7", "list").Server);
        Assert.Equal(new ServerAddress("::1", 5000), Run("wirephoto://[::1]", "list").Server);
        Assert.Equal(new ServerAddress("::1", 7), Run("::1", "7", "list").Server);
        Assert.Equal(new ServerAddress("nas", 7), Run("nas:7", "list").Server);
    }

    [Fact]
    [Trait("Requirement", "R4-5.1")]
    public void The_variable_stands_for_host_and_port_when_the_line_begins_with_a_request()
    {
        var run = Assert.IsType<Invocation.Run>(CommandLine.Parse(["list"], "wirephoto://nas:7"));
        Assert.Equal(new ServerAddress("nas", 7), run.Server);

        run = Assert.IsType<Invocation.Run>(CommandLine.Parse(["other", "8", "list"], "wirephoto://nas:7"));
        Assert.Equal(new ServerAddress("other", 8), run.Server);

        Assert.IsType<Invocation.Talk>(CommandLine.Parse([], "nas:7"));
    }

    [Theory]
    [InlineData("wirephoto://")]
    [InlineData("wirephoto://nas:")]
    [InlineData("wirephoto://nas:0")]
    [InlineData("wirephoto://nas:7:8")]
    [InlineData("wirephoto://user@nas")]
    [InlineData("wirephoto://nas/folder")]
    [InlineData("wirephoto://[::1")]
    [InlineData("wirephoto://[::1]7")]
    [InlineData("wirephoto://[]:7")]
    public void An_address_that_is_none_is_refused(string address) => Assert.NotEmpty(Refusal(address, "list"));

    [Fact]
    public void A_line_without_a_server_says_how_to_name_one() => Assert.Contains("WIREPHOTO_SERVER", Refusal("list"), StringComparison.Ordinal);

    [Fact]
    public void A_host_without_a_port_is_refused() => Assert.Contains("port", Refusal("localhost"), StringComparison.Ordinal);

    [Fact]
    public void Options_may_stand_anywhere()
    {
        var run = Run("-j", "4", "nas:7", "put", "shoot", "--recursive", "list", "-l", "--retry=2", "--on-error", "stop", "--progress", "never", "-q", "--json");

        Assert.Equal(["shoot"], run.Requests[0].Operands);
        Assert.Equal(Verb.List, run.Requests[1].Verb);
        Assert.Equal(
            new CliOptions { Jobs = 4, Recursive = true, Long = true, Retry = 2, StopOnError = true, Progress = ProgressMode.Never, Quiet = true, Json = true },
            run.Options);
    }

    [Fact]
    public void Short_options_can_be_joined()
    {
        var options = Run("nas:7", "list", "-rl").Options;
        Assert.True(options.Recursive && options.Long);
    }

    [Theory]
    [InlineData("--bogus")]
    [InlineData("-x")]
    [InlineData("--jobs")]
    [InlineData("--jobs=0")]
    [InlineData("--jobs=many")]
    [InlineData("--retry=-1")]
    [InlineData("--on-error=panic")]
    [InlineData("--progress=maybe")]
    [InlineData("--to=")]
    public void An_option_that_is_unknown_or_has_a_wrong_value_is_refused(string option) => Assert.NotEmpty(Refusal("nas:7", "list", option));

    [Fact]
    public void After_two_dashes_nothing_is_a_request_or_an_option()
    {
        var run = Run("nas:7", "-l", "put", "a.jpg", "--", "put", "--long", "-r.jpg");

        Assert.Equal(["a.jpg", "put", "--long", "-r.jpg"], Assert.Single(run.Requests).Operands);
        Assert.False(run.Options.Recursive);
    }

    [Theory]
    [InlineData("put", "a.jpg", "b.jpg")]
    [InlineData("get", "a.jpg", "b.jpg")]
    [InlineData("get", "folder/")]
    [InlineData("list")]
    [InlineData("put", "a.jpg", "get", "b.jpg")]
    public void A_name_for_one_file_is_refused_for_several_and_for_none(params string[] words) =>
        Assert.Contains("--as", Refusal(["nas:7", .. words, "--as", "x.jpg"]), StringComparison.Ordinal);

    [Fact]
    public void A_folder_for_several_files_is_taken() => Assert.Equal("trip/", Run("nas:7", "put", "a.jpg", "b.jpg", "--as", "trip/").Options.As);

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("nas", "0", "bogus", "--help")]
    public void Help_is_given_whatever_else_is_wrong(params string[] args) => Assert.IsType<Invocation.Help>(CommandLine.Parse(args, null));

    [Fact]
    public void A_word_that_begins_with_an_at_sign_is_a_word() => Assert.Equal(["@a.jpg"], Run("nas:7", "put", "@a.jpg").Requests[0].Operands);

    [Fact]
    public void No_request_means_a_session() => Assert.Equal(new ServerAddress("nas", 7), Assert.IsType<Invocation.Talk>(CommandLine.Parse(["nas", "7"], null)).Server);

    [Fact]
    public void A_line_of_a_session_adds_its_options_to_those_of_the_session()
    {
        var line = CommandLine.Parse(["list", "-l"], new ServerAddress("::1", 7), new CliOptions { To = "out", Quiet = true });

        Assert.Equal(new CliOptions { To = "out", Quiet = true, Long = true }, Assert.IsType<Invocation.Run>(line).Options);
    }
}
