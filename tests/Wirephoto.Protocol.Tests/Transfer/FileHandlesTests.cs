using System.Runtime.InteropServices;
using Wirephoto.Protocol.Transfer;

namespace Wirephoto.Protocol.Tests.Transfer;

public sealed partial class FileHandlesTests
{
    const int OpenFiles = 7;

    [Fact]
    public void The_process_may_have_as_many_as_the_hard_limit_says()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.Is64BitProcess, "only Linux has this limit in this form");
        var (_, hard) = Read();

        // By one, so that no other test misses it.
        Assert.Equal(0, setrlimit(OpenFiles, [hard - 1, hard]));
        Assert.Equal((hard - 1, hard), Read());
        FileHandles.AllowAll();

        Assert.Equal((hard, hard), Read());
    }

    static (ulong Soft, ulong Hard) Read()
    {
        Span<ulong> limits = stackalloc ulong[2];
        Assert.Equal(0, getrlimit(OpenFiles, limits));
        return (limits[0], limits[1]);
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, Span<ulong> limits);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, ReadOnlySpan<ulong> limits);
}
