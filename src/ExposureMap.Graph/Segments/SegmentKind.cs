namespace ExposureMap.Graph.Segments;

/// <summary>What a segment is for (contract, "kind").</summary>
public enum SegmentKind : byte { Unknown, It, Dmz, Ot, Metering, Management, External }

public static class SegmentKindWords
{
    private static readonly string[] Words = ["unknown", "it", "dmz", "ot", "metering", "management", "external"];

    public static string Word(this SegmentKind kind) => Words[(int)kind];

    public static bool TryParse(string? word, out SegmentKind kind)
    {
        var index = Array.IndexOf(Words, word);
        kind = (SegmentKind)Math.Max(index, 0);
        return index >= 0;
    }
}
