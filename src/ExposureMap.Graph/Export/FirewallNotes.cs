using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>
/// What the rules of a cut cannot do. A router filters what it forwards; frames between two machines of one network go from switch port to switch
/// port (RFC 1122 section 3.3.1.1) and never come to it.
/// </summary>
internal static class FirewallNotes
{
    public const string OfRule = "within one network: not seen by a router";

    private const int ConduitsNamed = 20;

    private const string Works =
        "what does work there: rules on the target host itself, an access list on the switch port of the source, or a private VLAN";

    /// <summary>None where a router between the ends is enough.</summary>
    public static ImmutableArray<string> Of(MapSnapshot map, CutUnit unit, ImmutableArray<int> cut)
    {
        if (cut.IsEmpty) return [];
        if (unit == CutUnit.Assets)
            return ["frames between such an asset and others of its own network pass no router: these rules do not stop them", Works];
        var local = cut.Select(row => new Conduit(map, row)).Where(IsWithinOneNetwork).ToList();
        if (local.Count == 0) return [];
        var named = local.Take(ConduitsNamed).Select(conduit =>
            $"both ends lie in {conduit.FromSegment.Network}, and where that is one network no router sees this: {FirewallRules.Name(map, conduit.From, conduit.FromAddress)} -> {FirewallRules.Name(map, conduit.To, conduit.ToAddress)} {conduit.Service}");
        return [.. named,
            .. local.Count > ConduitsNamed
                ? [$"and {FindingText.Count(local.Count - ConduitsNamed, "more like these", "more like these")}"]
                : Array.Empty<string>(), Works];
    }

    /// <summary>Of one declared segment, or of parts of one network that were only inferred.</summary>
    public static bool IsWithinOneNetwork(Conduit conduit)
    {
        var (from, to) = (conduit.FromSegment, conduit.ToSegment);
        if (from == SegmentTable.Unknown || from.Kind == SegmentKind.External) return false;
        return from == to || from.Inferred && to.Inferred && from.Network == to.Network;
    }
}
