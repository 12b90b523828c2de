namespace Wirephoto.Images;

/// <summary>The rule that bytes broke.</summary>
public enum InspectionRule
{
    /// <summary>The bytes are not a whole image of the expected format.</summary>
    NotAnImage,

    /// <summary>The header declares more pixels than the limit allows.</summary>
    TooManyPixels,
}

/// <summary>Why bytes were refused.</summary>
/// <param name="Rule">The rule that was broken.</param>
/// <param name="Message">What is wrong, and at which byte offset from the start; holds no raw bytes of the input.</param>
public sealed record InspectionFault(InspectionRule Rule, string Message);
