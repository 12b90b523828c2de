using Wirephoto.Fuzz.Engine;
using Wirephoto.Images;

namespace Wirephoto.Fuzz.Targets;

/// <summary>Every target: a decoder that reads from the wire or a file has a line here.</summary>
public static class AllTargets
{
    static readonly Func<FuzzTarget>[] Makers =
    [
        static () => new HeadTarget(),
        static () => new LinesTarget(),
        static () => new NameTarget(),
        static () => new ValueTarget(),
        static () => new ImageTarget(ImageFormat.Jpeg),
        static () => new ImageTarget(ImageFormat.Png),
        static () => new ExifTarget(),
        static () => new FirstBytesTarget(),
        static () => new PickleTarget(),
        static () => new D3RequestTarget(),
        static () => new SidecarTarget(),
        static () => new CursorTarget(),
        static () => new ConfigTarget(),
        static () => new ReplyTarget(),
        static () => new SessionTarget("native"),
        static () => new SessionTarget("d1"),
        static () => new SessionTarget("d2"),
        static () => new SessionTarget("d3"),
        static () => new SessionTarget("d4"),
    ];

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Makers.Select(make => make().Name)];

    /// <summary>A target; null when none has this name. Whoever got it disposes it, if it can be.</summary>
    public static FuzzTarget? Make(string name) => Names.ToList().IndexOf(name) is >= 0 and var index ? Makers[index]() : null;
}
