using System.Collections.Immutable;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>What a box stands for: one machine, several that do the same, or all the others of a segment.</summary>
internal enum BoxShape : byte { Asset, Fan, Rest }

/// <summary>The part a box plays in the paths that are drawn.</summary>
internal enum BoxMark : byte { None, Passed, Source, Target }

/// <param name="Id">The same for the same machine in every export, so that two exports can be compared.</param>
internal sealed record DiagramBox(string Id, Segment Segment, BoxShape Shape, ImmutableArray<string> Lines, BoxMark Mark = BoxMark.None);

/// <summary>How a link is known: a usable conversation was seen, only refused ones, only one direction, or nobody was seen to do it.</summary>
internal enum LinkLine : byte { Observed, Refused, OneSided, Supposed }

/// <summary>Which end of a link stands for its whole segment.</summary>
[Flags]
internal enum LinkEnds : byte { Boxes = 0, FromSegment = 1, ToSegment = 2 }

/// <summary>All that passes from one box to another in one way.</summary>
/// <param name="Weight">Conversations.</param>
internal sealed record DiagramLink(DiagramBox From, DiagramBox To, LinkLine Line, ImmutableArray<string> Lines, long Weight)
{
    public LinkEnds Ends { get; init; }

    /// <summary>Position among the hops drawn, from 1; 0 for what is not on a path.</summary>
    public int Number { get; init; }

    public HopDirection Direction { get; init; }
}

/// <summary>A segment with its boxes; without any, the segment is a box itself.</summary>
internal sealed record DiagramSegment(Segment Segment, int Machines, ImmutableArray<DiagramBox> Boxes);

/// <summary>What was folded or left out: said in the picture, and whoever draws it is told the remedy.</summary>
internal readonly record struct DiagramNote(string Text, string Remedy = "")
{
    public override string ToString() => Remedy.Length == 0 ? Text : $"{Text} ({Remedy})";
}

/// <summary>A picture of a map in words: what is drawn, not where. Writers turn it into DOT or Mermaid.</summary>
/// <param name="Notes">What was folded or left out.</param>
/// <param name="Segments">From the outside in.</param>
internal sealed record Diagram(
    string Title, ImmutableArray<string> Subtitle, DiagramScope Scope, ImmutableArray<DiagramSegment> Segments, ImmutableArray<DiagramLink> Links,
    ImmutableArray<DiagramNote> Notes)
{
    /// <summary>How far inside a kind lies: from where no trust is due to what must be protected. Field and meters stand side by side.</summary>
    public static int Depth(SegmentKind kind) => kind switch
    {
        SegmentKind.External => 0,
        SegmentKind.It => 1,
        SegmentKind.Dmz => 2,
        SegmentKind.Management => 3,
        SegmentKind.Unknown => 4,
        _ => 5,
    };

    /// <summary>From the outside in; control systems before meters.</summary>
    public static int Compare(Segment left, Segment right)
    {
        var byDepth = Depth(left.Kind).CompareTo(Depth(right.Kind));
        if (byDepth == 0) byDepth = left.Kind.CompareTo(right.Kind);
        return byDepth != 0 ? byDepth : string.CompareOrdinal(left.Name, right.Name);
    }
}
