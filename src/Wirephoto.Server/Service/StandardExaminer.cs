using System.Security.Cryptography;
using Wirephoto.Images;
using Wirephoto.Protocol;
using Wirephoto.Protocol.Errors;
using Wirephoto.Server.Options;
using Wirephoto.Storage;

namespace Wirephoto.Server.Service;

/// <summary>The one rule of what an image is: SHA-256 of its bytes, and their structure unless names alone decide.</summary>
public sealed class StandardExaminer : ImageExaminer
{
    readonly ImageInspector? inspector;
    readonly long maxPixels;
    IncrementalHash? hash;

    StandardExaminer(ImageInspector? inspector, long maxPixels)
    {
        this.inspector = inspector;
        this.maxPixels = maxPixels;
    }

    /// <inheritdoc/>
    public override WirephotoException? Fault => inspector?.Fault is { } fault ? ToError(fault) : null;

    IncrementalHash Hash => hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>How examiners are made under these options.</summary>
    public static ExaminerFactory Factory(ServerOptions options) => name => new StandardExaminer(
        options.Accept == AcceptRule.Structure && ImageFormats.ByExtension(name.Extension) is { } format
            ? ImageInspector.Create(format, options.Announced.Pixels)
            : null,
        options.Announced.Pixels);

    /// <inheritdoc/>
    public override void Append(ReadOnlySpan<byte> bytes)
    {
        Hash.AppendData(bytes);
        inspector?.Append(bytes);
    }

    /// <inheritdoc/>
    public override Digest CurrentDigest()
    {
        Span<byte> value = stackalloc byte[Digest.Size];
        Hash.GetCurrentHash(value);
        return new Digest(value);
    }

    /// <inheritdoc/>
    public override Examination Complete() => Complete(CurrentDigest());

    /// <inheritdoc/>
    public override Examination Examine(ReadOnlySpan<byte> image, Digest digest)
    {
        inspector?.Append(image);
        return Complete(digest);
    }

    Examination Complete(Digest digest)
    {
        var facts = inspector?.Complete();
        return new Examination(
            digest,
            facts is null ? null : new PictureFacts(facts.Format.Word(), facts.Width, facts.Height),
            Fault);
    }

    /// <inheritdoc/>
    public override void Dispose() => hash?.Dispose();

    WirephotoException ToError(InspectionFault fault) => fault.Rule switch
    {
        InspectionRule.TooManyPixels => new(ErrorCode.TooManyPixels, fault.Message) { Details = new() { Limit = maxPixels } },
        _ => new(ErrorCode.NotAnImage, fault.Message),
    };
}
