namespace Wirephoto.Client.Connections;

/// <summary>
/// How often something went on over a link, whichever call it was for: one was answered, the server keeps bytes of an upload that it had not before, or bytes of a get arrived. Safe from any
/// thread.
/// </summary>
sealed class Advances
{
    long count;

    /// <summary>How often so far.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>Once more.</summary>
    public void Add() => Interlocked.Increment(ref count);
}
