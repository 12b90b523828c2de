using System.Text.Json.Serialization;

namespace Wirephoto.Server.Checking;

/// <summary>A finding as JSON.</summary>
/// <param name="Type">Always <c>finding</c>.</param>
/// <param name="Finding">Its word: missing, changed, damaged, unindexed, not_an_image or unreadable.</param>
/// <param name="Filename">The image's name.</param>
/// <param name="Length">Its length in bytes, the recorded one if it is missing.</param>
/// <param name="Recorded">The digest that is recorded.</param>
/// <param name="Sha256">The digest of the bytes that are there.</param>
/// <param name="Message">One line for people.</param>
sealed record CheckFinding(string Type, string Finding, string Filename, long Length, string? Recorded, string? Sha256, string Message);

/// <summary>The sum of a check as JSON; its last line.</summary>
/// <param name="Type">Always <c>summary</c>.</param>
/// <param name="Files">Files that were read.</param>
/// <param name="Bytes">Bytes that were read.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Findings">All findings.</param>
/// <param name="Missing">How many of them are of this kind.</param>
/// <param name="Changed">How many of them are of this kind.</param>
/// <param name="Damaged">How many of them are of this kind.</param>
/// <param name="Unindexed">How many of them are of this kind.</param>
/// <param name="NotAnImage">How many of them are of this kind.</param>
/// <param name="Unreadable">How many of them are of this kind.</param>
sealed record CheckSummary(
    string Type, long Files, long Bytes, double Seconds, long Findings, long Missing, long Changed, long Damaged, long Unindexed, long NotAnImage, long Unreadable);

/// <summary>How both are written, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CheckFinding))]
[JsonSerializable(typeof(CheckSummary))]
sealed partial class CheckJson : JsonSerializerContext;
