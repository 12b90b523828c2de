namespace Wirephoto.Images.Jpeg;

/// <summary>Walks the entropy-coded data of one scan to the marker that ends it.</summary>
/// <remarks>
/// <code>
///   data ... FF 00 ... data ... FF D0 ... data ... FF FF D9
///            a data byte FF     restart            fill, then the marker that ends the scan
/// </code>
/// ITU-T T.81, B.1.1.5 and F.1.2.3.
/// </remarks>
internal struct ScanData
{
    private bool afterPrefix;

    /// <summary>Whether there was any data, restart markers aside.</summary>
    public bool HasData { get; private set; }

    /// <summary>Walks on and returns how many bytes it used; true with the marker's code as the last of them when the scan has ended.</summary>
    public bool Walk(ReadOnlySpan<byte> bytes, out int used)
    {
        used = 0;
        while (used < bytes.Length)
        {
            if (afterPrefix)
            {
                var code = bytes[used++];
                if (code == Marker.Prefix)
                    continue;
                afterPrefix = false;
                if (code == Marker.Stuffing)
                    HasData = true;
                else if (!Marker.IsRestart(code))
                    return true;
                continue;
            }
            var run = bytes[used..].IndexOf(Marker.Prefix);
            HasData |= run != 0;
            afterPrefix = run >= 0;
            used = afterPrefix ? used + run + 1 : bytes.Length;
        }
        return false;
    }
}
