using System.Security.Authentication;
using Wirephoto.Client.Tests.Peer;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;

namespace Wirephoto.Client.Tests;

/// <summary>The library inside TLS. Whom it trusts is tested with the programs.</summary>
public sealed class TlsTests : IDisposable
{
    readonly TestCertificate certificate = TestCertificate.Make();
    readonly byte[] image = Samples.Bytes(700);

    public void Dispose() => certificate.Dispose();

    [Fact(Timeout = Patience)]
    public async Task A_connection_that_is_cut_inside_TLS_is_made_again_inside_TLS()
    {
        await using var peer = new ScriptedPeer(
            async connection =>
            {
                await (await connection.SecureAsync(certificate)).GreetAsync();
                var put = await connection.ExpectAsync("put");
                Assert.Equal(image, await connection.BodyAsync(put));
            },
            async connection =>
            {
                await (await connection.SecureAsync(certificate)).GreetAsync();
                await connection.RefuseAsync(await connection.ExpectAsync("stat"), ErrorCode.NotFound);
                Assert.Equal(image, await connection.StoreAsync());
                await connection.ExpectEndAsync();
            });

        await using (var client = await peer.ConnectAsync(ScriptedPeer.Patient with { Tls = Pinned(certificate) }))
            await client.PutAsync(new MemoryStream(image), image.Length, "a.jpg", null, Cancel);

        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_is_not_trusted_hears_nothing_and_is_not_tried_again()
    {
        using var other = TestCertificate.Make();
        await using var peer = new ScriptedPeer(async connection =>
        {
            try
            {
                await connection.SecureAsync(certificate);
            }
            catch (AuthenticationException)
            {
                return;
            }

            await connection.ExpectEndAsync();
        });

        var refused = await Assert.ThrowsAsync<ConnectionException>(() => peer.ConnectAsync(ScriptedPeer.Patient with { Tls = Pinned(other) }));

        Assert.Equal(ErrorCode.Untrusted, refused.Code);
        Assert.Contains($"sha256:{new Digest(certificate.Fingerprint)}", refused.Message, StringComparison.Ordinal);
        await peer.DoneAsync();
    }

    [Fact(Timeout = Patience)]
    public async Task A_server_that_never_finishes_its_handshake_is_given_up_in_the_time_for_a_connection()
    {
        var given = new TaskCompletionSource();
        await using var peer = new ScriptedPeer(_ => given.Task);

        var refused = await Assert.ThrowsAsync<ConnectionException>(() =>
            peer.ConnectAsync(new() { Tls = Pinned(certificate), ConnectTimeout = TimeSpan.FromMilliseconds(300) }));

        given.SetResult();
        Assert.Equal(ErrorCode.NoConnection, refused.Code);
    }

    [Theory(Timeout = Patience)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_server_that_answers_a_put_early_and_reads_no_more_is_left_after_the_reply_timeout(bool secured)
    {
        var large = Samples.Bytes(4_000_000);
        var ended = new TaskCompletionSource();
        await using var peer = new ScriptedPeer(async connection =>
        {
            if (secured) await connection.SecureAsync(certificate);
            await connection.GreetAsync(PeerConnection.Greeting with { Limits = new() { Put = large.Length, Piece = large.Length } });
            await connection.RefuseAsync(await connection.ExpectAsync("put"), ErrorCode.NotAnImage);
            await ended.Task;
        })
        {
            ReceiveBuffer = 4096,
        };

        // Long enough for the refusal to arrive.
        await using (var client = await peer.ConnectAsync(new() { Tls = secured ? Pinned(certificate) : null, Retries = 0, ReplyTimeout = TimeSpan.FromSeconds(2) }))
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => client.PutAsync(new MemoryStream(large), large.Length, "a.jpg", null, Cancel));
            Assert.Equal(ErrorCode.NotAnImage, refused.Code);
        }

        ended.SetResult();
        await peer.DoneAsync();
    }

    static WirephotoTlsOptions Pinned(TestCertificate certificate) => new() { Pin = new Digest(certificate.Fingerprint) };
}
