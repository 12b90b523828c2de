using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Tests.Transfer.Sockets;
using Wirephoto.Protocol.Transfer;
using Wirephoto.Protocol.Transfer.Sockets;
using Wirephoto.Protocol.Transfer.Tls;

namespace Wirephoto.Protocol.Tests.Transfer;

/// <summary>Bodies inside TLS on a real socket.</summary>
public sealed class TlsDuplexTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly TestCertificate certificate = TestCertificate.Make();
    Held wire = null!;
    TlsDuplex far = null!;
    SocketDuplex plain = null!;
    TlsDuplex near = null!;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var (server, client) = await SocketPair.ConnectAsync();
        wire = new Held(new NetworkStream(client, ownsSocket: true));
        plain = new SocketDuplex(server);
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        var shaking = TlsDuplex.ConnectAsync(
            wire, "localhost", policy, (_, shown, _, _) => shown!.GetCertHash().SequenceEqual(certificate.Certificate.GetCertHash()), Cancel);
        near = await TlsDuplex.AcceptAsync(plain, SslStreamCertificateContext.Create(certificate.Certificate, null, offline: true), Cancel);
        far = await shaking;
    }

    public async ValueTask DisposeAsync()
    {
        await near.DisposeAsync();
        await plain.DisposeAsync();
        await far.DisposeAsync();
        await wire.DisposeAsync();
        certificate.Dispose();
    }

    [Fact]
    public async Task Behind_a_large_body_each_byte_of_a_head_counts()
    {
        var sent = new byte[LowWaterMark.Least + (1 << 20)];
        new Random(4).NextBytes(sent);
        using var written = new MemoryStream();
        var receiving = BodyReceiver.ReceiveAsync(new BodyReader(near, sent.Length), piece => written.WriteAsync(piece, Cancel).AsTask(), _ => { }, PieceRoom.OfMany, Cancel);
        await far.WriteAsync(sent, Cancel);
        await receiving.WaitAsync(Patience, Cancel);
        Assert.Equal(sent, written.ToArray());

        var head = FrameReader.ReadHeadAsync(near, null, Cancel).AsTask();
        await far.WriteAsync((byte[])[0, 2, .. "{}"u8], Cancel);
        Assert.NotNull(await head.WaitAsync(Patience, Cancel));
    }

    [Fact]
    public async Task What_came_before_half_a_record_does_not_wait_for_the_other_half()
    {
        // The last record lacks its end, and begins in what is read of the socket together with those before it: the rest of it is still there to be read.
        const int Record = 16_384, Size = 16 * Record;
        wire.KeepsBack = 100;
        await far.WriteAsync(new byte[Size], Cancel);

        var come = 0;
        var before = new TaskCompletionSource();
        var receiving = BodyReceiver.ReceiveAsync(
            new BodyReader(near, Size),
            piece =>
            {
                come += piece.Length;
                if (come >= Size - Record) before.TrySetResult();
                return Task.CompletedTask;
            },
            _ => { },
            PieceRoom.OfMany,
            Cancel);
        await before.Task.WaitAsync(Patience, Cancel);
        Assert.False(receiving.IsCompleted);

        await wire.LetGoAsync();
        await receiving.WaitAsync(Patience, Cancel);
        Assert.Equal(Size, come);
    }

    /// <summary>A connection whose last bytes can be kept back.</summary>
    sealed class Held(Stream stream) : Duplex(stream)
    {
        byte[] kept = [];

        /// <summary>How many bytes stay here of what was written last.</summary>
        public int KeepsBack { get; set; }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
        {
            await base.WriteAsync((byte[])[.. kept, .. bytes[..^KeepsBack].Span], cancel);
            kept = bytes[^KeepsBack..].ToArray();
        }

        public ValueTask LetGoAsync() => base.WriteAsync(kept, Cancel);
    }
}
