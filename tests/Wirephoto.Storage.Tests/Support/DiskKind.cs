namespace Wirephoto.Storage.Tests.Support;

/// <summary>Which way a store under test takes to its disk.</summary>
public enum DiskKind
{
    /// <summary>The one that suits this system.</summary>
    Native,

    /// <summary>The one for systems without calls of their own; it works on all.</summary>
    Portable,
}
