using System.Runtime.InteropServices;

namespace Wirephoto.Storage.Disk.Linux;

/// <summary>The records of a read from the kernel's queue, one after the other.</summary>
/// <param name="bytes">What was read.</param>
ref struct InotifyEvents(ReadOnlySpan<byte> bytes)
{
    /*
        ┌───────────┬──────────┬────────────┬────────────┬──────────────────────────┐
        │ watch: 32 │ mask: 32 │ cookie: 32 │ length: 32 │ name, then zero bytes    │   struct inotify_event of inotify(7),
        └───────────┴──────────┴────────────┴────────────┴──────────────────────────┘   numbers as the machine has them
    */
    const int HeadBytes = 16, MaskAt = 4, LengthAt = 12;

    ReadOnlySpan<byte> rest = bytes;

    /// <summary>Whether what is left is no whole record.</summary>
    public readonly bool IsBroken => rest.Length > 0;

    /// <summary>Reads the next record; false: there is none.</summary>
    public bool Next(out InotifyEvent happened)
    {
        happened = default;
        if (rest.Length < HeadBytes) return false;
        var length = MemoryMarshal.Read<uint>(rest[LengthAt..]);
        if (length > rest.Length - HeadBytes) return false;
        var name = rest.Slice(HeadBytes, (int)length);
        happened = new InotifyEvent
        {
            Watch = MemoryMarshal.Read<int>(rest),
            Mask = MemoryMarshal.Read<uint>(rest[MaskAt..]),
            Name = name.IndexOf((byte)0) is >= 0 and var end ? name[..end] : name,
        };
        rest = rest[(HeadBytes + (int)length)..];
        return true;
    }
}

/// <summary>What happened in a watched folder.</summary>
readonly ref struct InotifyEvent
{
    /// <summary>Bits of <see cref="Mask"/>.</summary>
    public const uint Attributes = 0x4, CloseWrite = 0x8, MovedFrom = 0x40, MovedTo = 0x80, Create = 0x100, Delete = 0x200;

    const uint Overflow = 0x4000, Ignored = 0x8000, Folder = 0x40000000;

    /// <summary>The number that <see cref="Inotify.Watch"/> gave.</summary>
    public int Watch { get; init; }

    /// <summary>What happened, in bits.</summary>
    public uint Mask { get; init; }

    /// <summary>The name in that folder of what it happened to, in bytes as the disk has them; empty: the folder itself.</summary>
    public ReadOnlySpan<byte> Name { get; init; }

    /// <summary>Events were lost, because they came faster than they were read.</summary>
    public bool IsOverflow => (Mask & Overflow) != 0;

    /// <summary>This was the last of its watch: the folder is gone, or was forgotten.</summary>
    public bool IsLast => (Mask & Ignored) != 0;

    /// <summary>It happened to a folder.</summary>
    public bool IsFolder => (Mask & Folder) != 0;

    /// <summary>What has this name now was not there before, or may be entered only now.</summary>
    public bool MayBeNew => (Mask & (Create | MovedTo | Attributes)) != 0;

    /// <summary>It has another name now, perhaps far away.</summary>
    public bool HasMovedAway => (Mask & MovedFrom) != 0;
}
