using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Wirephoto.Load;

/// <summary>
/// What a put inside TLS can't do without over an SslStream, with as few threads as keep two cores busy: one end reads a file, hashes and sends it; the other receives, writes and hashes it, and answers with
/// the digest. No protocol, no look at the image, nothing durable, one connection at a time on threads of its own.
/// </summary>
static class BareTls
{
    // Stays in a core's cache on its way.
    const int Piece = 256 * 1024;

    // What may wait for its digest, so that neither thread stands still when the other takes a moment longer.
    const int PiecesMost = 8;

    // A TLS record's worth at a time: hashed and enciphered while it is in the first cache.
    const int Record = 16 * 1024;

    // Milliseconds until a sender that says nothing is given up.
    const int Silence = 30_000;

    /// <summary>Receives one file after the other until it is ended.</summary>
    public static int Receive(int port, string certificate, string key, string to)
    {
        using var own = X509Certificate2.CreateFromPemFile(certificate, key);
        using var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        while (true)
        {
            using var socket = listener.AcceptSocket();
            socket.ReceiveTimeout = Silence;
            try
            {
                using var wire = new RecordStream(socket);
                using var tls = new SslStream(wire);
                tls.AuthenticateAsServer(own);
                Receive(tls, to);
                tls.Flush();
            }
            catch (Exception e) when (e is IOException or AuthenticationException or SocketException)
            {
                // Also whoever only looks whether somebody listens: he says nothing.
                Console.Error.WriteLine(e.Message);
            }
        }
    }

    static void Receive(SslStream tls, string to)
    {
        Span<byte> head = stackalloc byte[sizeof(long)];
        tls.ReadExactly(head);
        var length = BinaryPrimitives.ReadInt64BigEndian(head);
        using var file = File.OpenHandle(to, FileMode.Create, FileAccess.Write);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var free = new BlockingCollection<byte[]>();
        using var received = new BlockingCollection<ArraySegment<byte>>();
        for (var i = 0; i < PiecesMost; i++) free.Add(new byte[Piece]);

        var hashing = new Thread(() => Hash(received, hash, free));
        hashing.Start();
        try
        {
            for (long at = 0; at < length;)
            {
                var piece = new ArraySegment<byte>(free.Take())[..(int)Math.Min(Piece, length - at)];
                tls.ReadExactly(piece);
                RandomAccess.Write(file, piece, at);
                received.Add(piece);
                at += piece.Count;
            }
        }
        finally
        {
            received.CompleteAdding();
            hashing.Join();
        }

        tls.Write(hash.GetHashAndReset());
    }

    static void Hash(BlockingCollection<ArraySegment<byte>> received, IncrementalHash hash, BlockingCollection<byte[]> free)
    {
        foreach (var piece in received.GetConsumingEnumerable())
        {
            hash.AppendData(piece);
            free.Add(piece.Array!);
        }
    }

    /// <summary>Sends a file, checks the digest that comes back, and prints the seconds from the first to the last byte of the connection.</summary>
    public static int Send(int port, string certificate, string from)
    {
        using var pinned = X509CertificateLoader.LoadCertificateFromFile(certificate);
        var began = Stopwatch.GetTimestamp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, port);
        using var wire = new RecordStream(socket);
        using var tls = new SslStream(wire);
        tls.AuthenticateAsClient(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            RemoteCertificateValidationCallback = (_, theirs, _, _) => theirs is not null && pinned.RawDataMemory.Span.SequenceEqual(theirs.GetRawCertData()),
        });

        var digest = Send(tls, from);
        var answer = new byte[SHA256.HashSizeInBytes];
        tls.ReadExactly(answer);
        if (!digest.AsSpan().SequenceEqual(answer)) throw new InvalidDataException("what arrived is not what was sent");
        Console.WriteLine(Stopwatch.GetElapsedTime(began).TotalSeconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    static byte[] Send(SslStream tls, string from)
    {
        using var file = File.OpenHandle(from);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var length = RandomAccess.GetLength(file);
        Span<byte> head = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(head, length);
        tls.Write(head);

        var buffer = new byte[Piece];
        for (long at = 0; at < length;)
        {
            var count = RandomAccess.Read(file, buffer, at);
            if (count == 0) throw new EndOfStreamException($"{from} became shorter while it was sent");
            for (var i = 0; i < count; i += Record)
            {
                var record = buffer.AsSpan(i, Math.Min(Record, count - i));
                hash.AppendData(record);
                tls.Write(record);
            }

            at += count;
        }

        tls.Flush();
        return hash.GetHashAndReset();
    }
}
