using Wirephoto.Protocol.Transfer.Tls;

namespace Wirephoto.Protocol.Tests.Transfer;

public sealed class TlsRecordsTests
{
    [Fact]
    public void Wherever_a_stream_of_records_is_cut_the_borders_are_found()
    {
        var random = new Random(7);
        for (var round = 0; round < 300; round++)
        {
            var (bytes, borders) = Stream(random);
            var records = default(TlsRecords);
            for (var at = 0; at < bytes.Length;)
            {
                // Most often as an SslStream takes them, sometimes byte by byte.
                var count = Math.Min(bytes.Length - at, random.Next(3) == 0 ? 1 : random.Next(1, 40_000));
                var next = borders.First(border => border > at);
                var inHeader = !borders.Contains(at) && at < borders.Last(border => border < at) + 5;

                // Inside a header nobody can know yet, and nothing is promised.
                Assert.Equal(!inHeader && at + count >= next, records.Complete(bytes.AsSpan(at, count)));
                records.Pass(bytes.AsSpan(at, count));
                at += count;
                Assert.Equal(!borders.Contains(at), records.Inside);
            }
        }
    }

    static (byte[] Bytes, SortedSet<int> Borders) Stream(Random random)
    {
        var bytes = new List<byte>();
        SortedSet<int> borders = [0];
        for (var i = random.Next(1, 9); i > 0; i--)
        {
            var length = random.Next(4) == 0 ? random.Next(3) : random.Next(16_640);
            bytes.AddRange([23, 3, 3, (byte)(length >> 8), (byte)length]);
            var body = new byte[length];
            random.NextBytes(body);
            bytes.AddRange(body);
            borders.Add(bytes.Count);
        }

        return ([.. bytes], borders);
    }
}
