using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Transfer;

public sealed class TransferBufferTests
{
    const int Large = 4 << 20;
    const long Much = 1 << 30;

    [Fact]
    public void Larger_buffers_are_for_very_much_and_only_a_few_are_in_use_at_a_time()
    {
        using (var little = TransferBuffer.Rent(1 << 20, Large)) Assert.Equal(TransferBuffer.Size, little.Memory.Length);

        for (var round = 0; round < 2; round++)
        {
            var rented = Enumerable.Range(0, 40).Select(_ => TransferBuffer.Rent(Much, Large)).ToList();
            var sizes = rented.ConvertAll(buffer => buffer.Memory.Length);
            rented.ForEach(buffer => buffer.Dispose());

            // Other tests may have some of them at the moment.
            Assert.InRange(sizes.Count(size => size == Large), 1, 16);
            Assert.All(sizes.Where(size => size != Large), size => Assert.Equal(TransferBuffer.Size, size));
        }
    }
}
