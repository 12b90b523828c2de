using Wirephoto.Storage.Tests.Support;

namespace Wirephoto.Storage.Tests.Folder;

// What is proved of a folder store is proved with both ways to a disk.
public sealed class NativeEscapeTests() : EscapeTests(DiskKind.Native);

public sealed class PortableEscapeTests() : EscapeTests(DiskKind.Portable);

public sealed class NativeRestartTests() : RestartTests(DiskKind.Native);

public sealed class PortableRestartTests() : RestartTests(DiskKind.Portable);

public sealed class NativeForeignFileTests() : ForeignFileTests(DiskKind.Native);

public sealed class PortableForeignFileTests() : ForeignFileTests(DiskKind.Portable);

public sealed class NativeDiskFaultTests() : DiskFaultTests(DiskKind.Native);

public sealed class PortableDiskFaultTests() : DiskFaultTests(DiskKind.Portable);
