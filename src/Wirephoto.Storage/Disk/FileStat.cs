using System.Runtime.InteropServices;

namespace Wirephoto.Storage.Disk;

/// <summary>Which file it is, whatever its name: two names with one identity are one file. The time of its birth, where the file system has it, tells a number that is used again.</summary>
readonly record struct FileIdentity(ulong Device, ulong Inode, long Born);

/// <summary>What the file system says of a file. Times are UTC ticks (100 ns), the finest that .NET sets and reads back.</summary>
readonly record struct FileStat(FileIdentity Identity, ushort Mode, long Length, long ModifiedTicks)
{
    const int TypeMask = 0xF000;

    public bool IsFile => (Mode & TypeMask) == 0x8000;

    public bool IsFolder => (Mode & TypeMask) == 0x4000;

    public bool IsLink => (Mode & TypeMask) == 0xA000;

    public DateTimeOffset Modified => new(ModifiedTicks, TimeSpan.Zero);

    /// <summary>Whether both describe the same content, as far as time and length can tell.</summary>
    public bool SameContent(FileStat other) => Length == other.Length && ModifiedTicks == other.ModifiedTicks;

    /// <summary>Takes over what statx(2) answered.</summary>
    public static FileStat From(in Statx answer)
    {
        var ticks = DateTime.UnixEpoch.Ticks + (Int128)answer.ModifiedSeconds * TimeSpan.TicksPerSecond + answer.ModifiedNanoseconds / 100;
        return new FileStat(
            new FileIdentity(((ulong)answer.DeviceMajor << 32) | answer.DeviceMinor, answer.Inode, unchecked((answer.BornSeconds * 1_000_000_000) + answer.BornNanoseconds)),
            answer.Mode,
            checked((long)answer.Size),
            (long)Int128.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
    }
}

/// <summary>struct statx of statx(2), the parts that are read; its layout is the same on every Linux.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct Statx
{
    [FieldOffset(28)]
    public ushort Mode;

    [FieldOffset(32)]
    public ulong Inode;

    [FieldOffset(40)]
    public ulong Size;

    [FieldOffset(80)]
    public long BornSeconds;

    [FieldOffset(88)]
    public uint BornNanoseconds;

    [FieldOffset(112)]
    public long ModifiedSeconds;

    [FieldOffset(120)]
    public uint ModifiedNanoseconds;

    [FieldOffset(136)]
    public uint DeviceMajor;

    [FieldOffset(140)]
    public uint DeviceMinor;
}
