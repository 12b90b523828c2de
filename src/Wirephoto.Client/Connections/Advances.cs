namespace Wirephoto.Client.Connections;

/// <summary>How often something was done over a link, or is safe that was not before, whichever call it was for. Safe from any thread.</summary>
sealed class Advances
{
    long count;

    /// <summary>How often so far.</summary>
    public long Count => Volatile.Read(ref count);

    /// <summary>Once more.</summary>
    public void Add() => Interlocked.Increment(ref count);
}
