namespace Wirephoto.Client.Connections;

/// <summary>
/// Whether puts only repeat what is stored already, as when a folder is put again after it was interrupted. Then it is worth a question before each small image is sent, and the digest of a large one
/// before it begins. Safe from any thread.
/// </summary>
sealed class Repeats
{
    // One alone may be one of a few; and a question waits for all images that were sent before it, so it is not asked in between.
    const int Enough = 4;

    int inARow;

    /// <summary>Whether the next image is likely to be there.</summary>
    public bool Likely => Volatile.Read(ref inARow) >= Enough;

    /// <summary>Tells whether an image was there already.</summary>
    public void Found(bool stored)
    {
        if (stored) Interlocked.Increment(ref inARow);
        else Volatile.Write(ref inARow, 0);
    }
}
