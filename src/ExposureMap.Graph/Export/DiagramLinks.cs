using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Graph.Export;

/// <summary>Sums up the conduits between two boxes.</summary>
internal static class DiagramLinks
{
    private const int MaximumServices = 3;

    /// <summary>The hops of the paths, by number.</summary>
    public static IEnumerable<DiagramLink> OfHops(PathOverlay overlay, DiagramBoxes boxes, bool withDate, bool withEvidence)
    {
        for (var index = 0; index < overlay.Hops.Length; index++)
        {
            var hop = overlay.Hops[index];
            if (boxes.Of(hop.From) is not { } from || boxes.Of(hop.To) is not { } to) continue;
            var line = hop.Direction.IsSupposed() ? LinkLine.Supposed : LinkLine.Observed;
            yield return new(from, to, line, PathOverlay.LinesOf(hop, withDate, withEvidence), 1) { Number = index + 1, Direction = hop.Direction };
        }
    }

    /// <summary>All conduits that no path covers, the busiest first.</summary>
    public static List<DiagramLink> OfConduits(MapSnapshot map, PathOverlay overlay, DiagramBoxes boxes)
    {
        var sums = new Dictionary<(DiagramBox From, DiagramBox To, LinkLine Line, LinkEnds Ends), Sum>();
        foreach (var conduit in map.Conduits)
        {
            if (conduit.From < 0 || conduit.To < 0 || overlay.Covers(conduit.Row)) continue;
            var (from, isFromSegment) = boxes.AnchorOf(conduit.From, conduit.FromSegment);
            var (to, isToSegment) = boxes.AnchorOf(conduit.To, conduit.ToSegment);
            if (from is null || to is null || ReferenceEquals(from, to)) continue;
            if (LineOf(conduit) == LinkLine.OneSided && conduit.FromSegment == conduit.ToSegment) continue;   // ARP, DHCP and the like
            var ends = (isFromSegment ? LinkEnds.FromSegment : 0) | (isToSegment ? LinkEnds.ToSegment : 0);
            var key = (from, to, LineOf(conduit), ends);
            if (!sums.TryGetValue(key, out var sum)) sums.Add(key, sum = new());
            sum.Add(conduit);
        }

        return
        [
            .. sums.Select(one =>
                new DiagramLink(one.Key.From, one.Key.To, one.Key.Line, one.Value.LinesFor(one.Key.Line),
                    one.Value.Conversations) { Ends = one.Key.Ends })
                .OrderByDescending(link => link.Weight).ThenBy(link => link.From.Id, StringComparer.Ordinal)
                .ThenBy(link => link.To.Id, StringComparer.Ordinal).ThenBy(link => link.Line),
        ];
    }

    private static LinkLine LineOf(in Conduit conduit)
    {
        if (conduit.IsUsable) return LinkLine.Observed;
        ref readonly var data = ref conduit.Data;
        var isTried = data.Rejected + data.Blocked > 0 || data.Attempted > 0 && conduit.Service.Transport != Transport.Udp;
        return isTried ? LinkLine.Refused : LinkLine.OneSided;    // logs and traps by UDP have no answer
    }

    private sealed class Sum
    {
        private readonly Dictionary<string, (Effect? Effect, long Conversations)> _services = new(StringComparer.Ordinal);
        private long _attempted;
        private long _rejected;
        private long _blocked;

        public long Conversations { get; private set; }

        public void Add(in Conduit conduit)
        {
            var name = DiagramText.Name(conduit.Service);
            var (effect, conversations) = _services.GetValueOrDefault(name);
            var strongest = conduit.Effects.Strongest;
            _services[name] = (effect is null || strongest > effect ? strongest : effect, conversations + conduit.Conversations);
            Conversations += conduit.Conversations;
            (_attempted, _rejected, _blocked) =
                (_attempted + conduit.Data.Attempted, _rejected + conduit.Data.Rejected, _blocked + conduit.Data.Blocked);
        }

        /// <summary>What changes something first, then the busiest.</summary>
        public ImmutableArray<string> LinesFor(LinkLine line)
        {
            var services = _services.OrderByDescending(one => one.Value.Effect is >= Effect.Admin ? one.Value.Effect : null)
                .ThenByDescending(one => one.Value.Conversations).ThenBy(one => one.Key, StringComparer.Ordinal).ToList();
            var shown = services.Count > MaximumServices ? MaximumServices - 1 : MaximumServices;
            var lines = services.Take(shown)
                .Select(one => DiagramText.EffectWord(one.Value.Effect) is { Length: > 0 } word ? $"{one.Key} {word}" : one.Key).ToList();
            if (services.Count > shown) lines.Add(string.Create(CultureInfo.InvariantCulture, $"+ {services.Count - shown} more"));
            if (line == LinkLine.Refused) lines.Insert(0, Refusals());
            return [.. lines];
        }

        private string Refusals()
        {
            var counts = new[] { (_blocked, "blocked"), (_rejected, "rejected"), (_attempted, "unanswered") };
            return "✕ " + string.Join(", ",
                counts.Where(one => one.Item1 > 0).Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Item1} {one.Item2}")));
        }
    }
}
