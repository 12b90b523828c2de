using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Net;
using Wirephoto.Server.Options;
using Wirephoto.Server.Tests.Support;

namespace Wirephoto.Server.Tests.Tls;

public sealed class ServerCertificateTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly TestCertificate own = TestCertificate.Make();

    public void Dispose()
    {
        own.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Certificate_and_key_are_read_from_one_file_or_two_in_any_order(bool rsa)
    {
        using var made = TestCertificate.Make(rsa: rsa);
        foreach (var (file, key) in new (string, string?)[] { (made.Pem + made.KeyPem, null), (made.KeyPem + made.Pem, null), (made.Pem, made.KeyPem) })
        {
            using var read = ServerCertificate.Read(Write("server.pem", file), key is null ? null : Write("server.key", key));

            Assert.Equal("sha256:" + Convert.ToHexStringLower(made.Fingerprint), read.Fingerprint);
            Assert.True(read.Context.TargetCertificate.HasPrivateKey);
        }
    }

    [Fact]
    public void The_chain_goes_along_whatever_its_order()
    {
        using var root = TestCertificate.Make("root", authority: true);
        using var between = TestCertificate.Make("between", root, authority: true);
        using var leaf = TestCertificate.Make("localhost", between);

        using var read = ServerCertificate.Read(Write("server.pem", between.Pem + leaf.Pem + leaf.KeyPem), null);

        Assert.Equal("CN=localhost", read.Subject);
        Assert.Equal([between.Certificate.Thumbprint], read.Context.IntermediateCertificates.Select(certificate => certificate.Thumbprint));
    }

    [Fact]
    public void What_is_wrong_with_the_files_is_told_with_what_to_do()
    {
        using var other = TestCertificate.Make();
        Refused("can't be read: ", Path.Combine(folder.Path, "missing.pem"), null);
        Refused("holds no certificate: --certificate takes a PEM file", Write("a.pem", own.KeyPem), null);
        Refused("holds no certificate: --certificate takes a PEM file", Write("a.pem", "no PEM at all"), null);
        Refused("holds no private key: put it into the same file", Write("a.pem", own.Pem), null);
        Refused("the file of --key can't be read: ", Write("a.pem", own.Pem), Path.Combine(folder.Path, "missing.key"));
        Refused("is encrypted, and nobody is there to type its password: decrypt it with 'openssl pkey", Write("a.pem", own.Pem), Write("a.key", own.EncryptedKeyPem));
        Refused("does not belong to the certificate in", Write("a.pem", own.Pem), Write("a.key", other.KeyPem));
        Refused("can't be read: it must be RSA or of an elliptic curve", Write("a.pem", own.Pem), Write("a.key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
        Refused("can't be read", Write("a.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), null);
    }

    [Fact]
    public void A_key_that_everybody_can_read_is_warned_of()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such rights");
        var key = Write("server.key", own.KeyPem);
        var certificate = Write("server.pem", own.Pem);
        SetMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        using var read = ServerCertificate.Read(certificate, key);
        Assert.Empty(read.Warnings(DateTimeOffset.UtcNow));

        SetMode(key, UnixFileMode.UserRead | UnixFileMode.OtherRead);

        Assert.Contains($"chmod 600 {key}", Assert.Single(read.Warnings(DateTimeOffset.UtcNow)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_out_of_its_time_is_warned_of()
    {
        using var read = ServerCertificate.Read(Write("server.pem", own.Pem), Write("server.key", own.KeyPem));
        SetMode(Path.Combine(folder.Path, "server.key"), UnixFileMode.UserRead);

        Assert.Empty(read.Warnings(DateTimeOffset.UtcNow));
        Assert.Contains("has expired on", Assert.Single(read.Warnings(DateTimeOffset.UtcNow.AddDays(30))), StringComparison.Ordinal);
        Assert.Contains("valid only from", Assert.Single(read.Warnings(DateTimeOffset.UtcNow.AddDays(-30))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--key is for a certificate", "--key", "k.pem")]
    [InlineData("--tls required needs a certificate", "--tls", "required")]
    [InlineData("--tls is offered or required, not 'on'", "--certificate", "c.pem", "--tls", "on")]
    [InlineData("sessions (d4) know no TLS", "--certificate", "c.pem", "--tls", "required", "--session-port", "12345")]
    public void Options_that_do_not_go_together_are_refused(string reason, params string[] options)
    {
        var refusal = Assert.Throws<WirephotoException>(() => new ServerCommand().Read(["5000", .. options]));

        Assert.Equal(ErrorCode.Usage, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_configuration_file_has_the_same_options()
    {
        var config = Write("config.json", """{ "port": 5000, "certificate": "c.pem", "key": "k.pem", "tls": "required" }""");

        var options = new ServerCommand().Read(["--config", config]);

        Assert.Equal(("c.pem", "k.pem", TlsRule.Required), (options.CertificateFile, options.KeyFile, options.Tls));
    }

    [Fact]
    public async Task The_program_tells_at_its_start_what_is_wrong_with_a_certificate_and_what_can_be_pinned()
    {
        var certificate = Write("server.pem", own.Pem);
        var (exit, _, error) = await ServerProcess.RunAsync($"{ServerProcess.FreePort()}", "--folder", folder.Path, "--certificate", certificate);
        Assert.Equal(1, exit);
        Assert.Contains("holds no private key", error, StringComparison.Ordinal);

        await using var server = await ServerProcess.StartAsync(folder.Path, "--certificate", certificate, "--key", Write("server.key", own.KeyPem));

        Assert.Contains(server.Output(), line => line.EndsWith($"sha256:{Convert.ToHexStringLower(own.Fingerprint)}", StringComparison.Ordinal));
    }

    static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, mode);
    }

    string Write(string name, string text)
    {
        var path = Path.Combine(folder.Path, name);
        if (File.Exists(path)) File.Delete(path);
        File.WriteAllText(path, text);
        return path;
    }

    static void Refused(string reason, string file, string? key)
    {
        var refusal = Assert.Throws<WirephotoException>(() => ServerCertificate.Read(file, key));
        Assert.Equal(ErrorCode.Usage, refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
