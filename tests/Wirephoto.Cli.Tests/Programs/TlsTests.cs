using System.Security.Cryptography;
using System.Text;
using Wirephoto.Cli.Tests.Support;
using Wirephoto.TestImages;

namespace Wirephoto.Cli.Tests.Programs;

/// <summary>The two programs inside TLS, and whom the client trusts.</summary>
public sealed class TlsTests : IDisposable
{
    readonly TempFolder local = new();

    public void Dispose() => local.Dispose();

    [Fact]
    [Trait("Requirement", "R2-9.1")]
    [Trait("Requirement", "R2-10.1")]
    public async Task A_large_image_goes_both_ways_with_its_digest_and_beside_plain_clients()
    {
        using var own = TestCertificate.Make("127.0.0.1");
        await using var server = await StartAsync(own);
        var image = TestPng.OfSize(70_000_000, seed: 3);
        await File.WriteAllBytesAsync(local["large.png"], image, TestContext.Current.CancellationToken);

        Done(await RunAsync($"wirephotos://127.0.0.1:{server.Port}", "--pin", Pin(own), "put", "large.png", "list"));
        Done(await server.ClientAsync(local.Root, "list"));
        Done(await RunAsync("127.0.0.1", server.Port, "--pin", Pin(own), "get", "large.png", "--to", "back"));

        var back = await File.ReadAllBytesAsync(local["back/large.png"], TestContext.Current.CancellationToken);
        Assert.Equal(SHA256.HashData(image), SHA256.HashData(back));
    }

    [Fact]
    [Trait("Requirement", "R2-10.1")]
    public async Task A_certificate_of_a_known_authority_is_trusted_for_its_name_only()
    {
        using var root = TestCertificate.Make("Test root", authority: true);
        using var between = TestCertificate.Make("Test between", root, authority: true);
        using var own = TestCertificate.Make("localhost", between);
        await using var server = await StartAsync(own, between);
        local.Write("ca.pem", Encoding.ASCII.GetBytes(root.Pem));

        Done(await RunAsync("localhost", server.Port, "--ca", "ca.pem", "say", "hi"));

        Untrusted(await RunAsync("127.0.0.1", server.Port, "--ca", "ca.pem", "say", "hi"), own, "for another name (localhost)");
        Untrusted(await RunAsync("localhost", server.Port, "--tls", "say", "hi"), own, "from an authority that this machine does not know");
        Done(await RunAsync("127.0.0.1", server.Port, "--pin", Pin(own), "say", "hi"));
        Untrusted(await RunAsync("localhost", server.Port, "--pin", Pin(root), "say", "hi"), own, "not the pinned one");
    }

    [Fact]
    public async Task An_expired_certificate_is_trusted_only_when_it_is_pinned()
    {
        using var root = TestCertificate.Make("Test root", authority: true);
        using var own = TestCertificate.Make("localhost", root, expired: true);
        await using var server = await StartAsync(own);
        local.Write("ca.pem", Encoding.ASCII.GetBytes(root.Pem));

        Untrusted(await RunAsync("localhost", server.Port, "--ca", "ca.pem", "say", "hi"), own, "expired");
        Done(await RunAsync("localhost", server.Port, "--pin", Pin(own), "say", "hi"));
    }

    [Fact]
    public async Task A_client_for_TLS_never_falls_back_to_a_plain_connection()
    {
        await using var plain = await RunningServer.StartAsync();

        var outcome = await RunAsync($"wirephotos://127.0.0.1:{plain.Port}", "say", "hi");

        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("does it offer TLS?", outcome.Output + outcome.Error, StringComparison.Ordinal);
        Assert.Contains("is reached without --tls", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_TLS_is_required_a_plain_client_is_told_so()
    {
        using var own = TestCertificate.Make("localhost");
        await using var server = await StartAsync(own, null, "--tls", "required");

        var outcome = await server.ClientAsync(local.Root, "say", "hi");

        Assert.Equal(4, outcome.ExitCode);
        Assert.Contains("tls_required", outcome.Output, StringComparison.Ordinal);
        Done(await RunAsync("localhost", server.Port, "--pin", Pin(own), "say", "hi"));
    }

    [Fact]
    public async Task What_to_trust_must_make_sense()
    {
        var digits = new string('a', 64);
        Usage(await RunAsync("localhost", "1", "--pin", "sha256:12", "list"), "--pin takes sha256: and 64 hexadecimal digits");
        Usage(await RunAsync("localhost", "1", "--pin", digits, "--ca", "ca.pem", "list"), "exclude each other");
        var missing = await RunAsync("localhost", "1", "--ca", "ca.pem", "list");
        Assert.Equal(6, missing.ExitCode);
        local.Write("empty.pem", "nothing"u8.ToArray());
        var empty = await RunAsync("localhost", "1", "--ca", "empty.pem", "list");
        Assert.Equal(6, empty.ExitCode);
        Assert.Contains("holds no certificate", empty.Output + empty.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Inside_a_session_nothing_about_trust_can_be_changed()
    {
        await using var server = await RunningServer.StartAsync();

        var outcome = await ClientProcess.RunAsync(local.Root, ["127.0.0.1", server.Port, "--interactive"], "list --tls\nexit\n", null);

        Assert.Contains("are for the start of a session", outcome.Output + outcome.Error, StringComparison.Ordinal);
    }

    Task<Outcome> RunAsync(params string[] args) => ClientProcess.RunAsync(local.Root, args);

    Task<RunningServer> StartAsync(TestCertificate own, TestCertificate? between = null, params string[] more)
    {
        var path = local.Write("server.pem", Encoding.ASCII.GetBytes(own.Pem + between?.Pem + own.KeyPem));
        return RunningServer.StartAsync(["--certificate", path, .. more]);
    }

    // As openssl shows it, which is fine as well.
    static string Pin(TestCertificate certificate) => "SHA256:" + BitConverter.ToString(certificate.Fingerprint).Replace('-', ':');

    static void Done(Outcome outcome) => Assert.True(outcome.ExitCode == 0, outcome.Output + outcome.Error);

    static void Usage(Outcome outcome, string reason)
    {
        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(reason, outcome.Error, StringComparison.Ordinal);
    }

    static void Untrusted(Outcome outcome, TestCertificate shown, string reason)
    {
        Assert.Equal(3, outcome.ExitCode);
        Assert.Contains("untrusted: ", outcome.Output, StringComparison.Ordinal);
        Assert.Contains(reason, outcome.Output, StringComparison.Ordinal);
        Assert.Contains($"sha256:{Convert.ToHexStringLower(shown.Fingerprint)}", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("--pin", outcome.Error, StringComparison.Ordinal);
    }
}
