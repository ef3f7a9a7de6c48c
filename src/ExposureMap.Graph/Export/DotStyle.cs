using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>
/// A kind's colours: a light fill that prints, and a line and text colour that stands out from it (contrast above 4.5 : 1, WCAG 2.2 1.4.3).
/// </summary>
internal readonly record struct KindColours(string Fill, string Line);

/// <summary>
/// Colours of diagrams. The hues are those of Okabe and Ito (2008), told apart by people with any colour vision, darkened for lines; nothing is
/// said by colour alone: kinds are written on their segments, paths are bold and numbered, refusals dashed and crossed.
/// </summary>
internal static class DotStyle
{
    public const string Path = "#B3001B";
    public const string Quiet = "#4D4D4D";
    public const string Fonts = "Helvetica,Arial,DejaVu Sans,sans-serif";

    public static KindColours Of(SegmentKind kind) => kind switch
    {
        SegmentKind.External => new("#EFEFEF", "#4D4D4D"),
        SegmentKind.It => new("#E1EEF7", "#005C94"),
        SegmentKind.Dmz => new("#FBF5D6", "#6E5C00"),
        SegmentKind.Management => new("#F4E7EF", "#8F3F72"),
        SegmentKind.Ot => new("#FBE8D9", "#8F3F00"),
        SegmentKind.Metering => new("#DDF2EA", "#00664A"),
        _ => new("#FFFFFF", "#4D4D4D"),
    };

    public static string Word(SegmentKind kind) => kind switch
    {
        SegmentKind.It => "IT",
        SegmentKind.Ot => "OT",
        SegmentKind.Dmz => "DMZ",
        _ => kind.Word(),
    };
}
