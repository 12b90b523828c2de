using Wirephoto.Protocol.Framing;
using Wirephoto.Protocol.Messages;

namespace Wirephoto.Client.Tests.Peer;

/// <summary>The server's part of an upload of <c>a.jpg</c>, step by step; it checks what the client sends.</summary>
static class UploadScript
{
    /// <summary>Answers a begin: so many bytes are kept.</summary>
    public static Task StandsAsync(this PeerConnection connection, Head begin, byte[] image, int offset, bool committed = false) =>
        connection.ReplyAsync(begin, new BeginReply(offset, Samples.Sha256(image.AsSpan(0, offset)), committed));

    /// <summary>Takes all pieces from there on.</summary>
    public static async Task TakePiecesAsync(this PeerConnection connection, byte[] image, int offset)
    {
        while (offset < image.Length)
        {
            var append = await connection.ExpectAsync("append");
            Assert.Equal(offset, append.Number("offset"));
            Assert.InRange(append.Number("size"), 1, 1000);
            var piece = await connection.BodyAsync(append);
            Assert.Equal(image[offset..(offset + piece.Length)], piece);
            offset += piece.Length;
            await connection.ReplyAsync(append, new AppendReply(offset));
        }
    }

    /// <summary>Takes the commit and gives the receipt.</summary>
    public static async Task CommitAsync(this PeerConnection connection, byte[] image)
    {
        var commit = await connection.ExpectAsync("commit");
        Assert.Equal(Samples.Sha256(image), commit.Digest("sha256"));
        await connection.ReplyAsync(commit, Samples.Receipt("a.jpg", image));
    }
}
