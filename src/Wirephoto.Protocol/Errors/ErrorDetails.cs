namespace Wirephoto.Protocol.Errors;

/// <summary>The optional members of an error reply.</summary>
public sealed record ErrorDetails
{
    /// <summary>No details.</summary>
    public static ErrorDetails None { get; } = new();

    /// <summary><c>exists</c>: whether the digest that was sent is that of the durable image of this name.</summary>
    public bool? Same { get; init; }

    /// <summary><c>exists</c>: the name that is taken, as it is stored (it may differ in case or Unicode form).</summary>
    public string? Filename { get; init; }

    /// <summary><c>wrong_offset</c>: where the upload stands, in bytes.</summary>
    public long? Offset { get; init; }

    /// <summary><c>too_large</c>, <c>too_many_pixels</c>: the limit that was exceeded; <c>storage_full</c>: bytes that are missing.</summary>
    public long? Limit { get; init; }

    /// <summary><c>unsupported_protocol</c>: the versions that the server speaks.</summary>
    public IReadOnlyList<long>? Versions { get; init; }
}
