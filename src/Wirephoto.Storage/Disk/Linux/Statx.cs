using System.Runtime.InteropServices;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>struct statx of statx(2), the parts that are read; its layout is the same on every Linux.</summary>
[StructLayout(LayoutKind.Explicit, Size = 256)]
struct Statx
{
    const int TypeMask = 0xF000, Regular = 0x8000, Directory = 0x4000, SymbolicLink = 0xA000;

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

    /// <summary>The answer in the terms of the store.</summary>
    public readonly FileStat ToFileStat()
    {
        var ticks = DateTime.UnixEpoch.Ticks + (Int128)ModifiedSeconds * TimeSpan.TicksPerSecond + ModifiedNanoseconds / 100;
        var kind = (Mode & TypeMask) switch
        {
            Regular => FileKind.File,
            Directory => FileKind.Folder,
            SymbolicLink => FileKind.Link,
            _ => FileKind.Special,
        };
        return new FileStat(
            new FileIdentity(((ulong)DeviceMajor << 32) | DeviceMinor, Inode, unchecked((BornSeconds * 1_000_000_000) + BornNanoseconds)),
            kind,
            checked((long)Size),
            (long)Int128.Clamp(ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));
    }
}
