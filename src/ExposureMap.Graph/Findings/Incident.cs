using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Findings;

public enum IncidentEventKind : byte { Foothold, Reached, Acted, Turned }

/// <summary>One line of the timeline.</summary>
/// <param name="Certainty">Of <see cref="IncidentEventKind.Reached"/>: whether it follows from certain conversations alone.</param>
public sealed record IncidentEvent(Timestamp At, IncidentEventKind Kind, PathCertainty Certainty, string Text, Evidence Evidence);

/// <summary>Something that must not be lost, with the ways to it.</summary>
/// <param name="Harm">The gravest thing seen done to it since it was reached; null when nothing was.</param>
public sealed record CrownJewel(Asset Asset, string Why, TimedRow Earliest, AssetPath? Shortest, ConduitOperation? Harm);

/// <summary>What a source tried in vain: no answer, rejected, blocked.</summary>
public sealed record DeniedAttempt(string From, string To, string Services, long Attempted, long Rejected, long Blocked,
    Timestamp First, Evidence Evidence);

/// <summary>How far an intruder can have come from the machine he was found on, and what was seen done there.</summary>
public sealed class Incident
{
    private const int JewelsOfASegment = 5;
    private const int MostOperations = 40;

    private readonly PathGraph _graph;
    private readonly Dictionary<int, TimedRow> _byId;
    private readonly HashSet<int> _patients;
    private readonly Dictionary<int, ConduitOperation> _harms;
    private readonly ReachGravity _gravity;

    public Incident(PathGraph graph, ImmutableArray<int> patients, Timestamp since, Timestamp until, CancellationToken stop = default)
    {
        (_graph, Since, Until) = (graph, since, until);
        _patients = [.. patients];
        Patients = [.. patients.Select(id => graph.Map.Assets[id])];
        Reach = ReachQuery.Run(graph, patients, new TimedOptions { Since = since, Until = until }, stop);
        _byId = Reach.Rows.ToDictionary(row => row.Asset.Id);
        Operations = ReadOperations();
        _harms = Operations.Where(one => one.Conduit.To >= 0).GroupBy(one => one.Conduit.To)
            .ToDictionary(group => group.Key, group => group.First().What);
        _gravity = new(_harms);
        Jewels = ReadJewels(stop);
        Denied = ReadDenied();
        Timeline = [.. Footholds().Concat(Arrivals()).Concat(Actions()).Concat(Turned()).OrderBy(one => one.At).ThenBy(one => one.Kind)
            .ThenBy(one => one.Text, StringComparer.Ordinal)];
        Cut = new CutQuery { From = patients, To = [.. graph.Map.Assets.Where(asset => asset.Kind.IsField()).Select(asset => asset.Id)] }.Run(graph,
            stop);
    }

    public MapSnapshot Map => _graph.Map;

    public ImmutableArray<Asset> Patients { get; }

    public Timestamp Since { get; }

    public Timestamp Until { get; }

    public TimedAnswer Reach { get; }

    /// <summary>Grave messages sent by machines that were reached before, the gravest first.</summary>
    public ImmutableArray<(Conduit Conduit, ConduitOperation What)> Operations { get; }

    /// <summary>The gravest first; of each segment the first few.</summary>
    public ImmutableArray<CrownJewel> Jewels { get; }

    /// <summary>How many more of each segment are in reach.</summary>
    public ImmutableArray<(string Segment, int Count)> JewelsLeftOut { get; private set; }

    public ImmutableArray<DeniedAttempt> Denied { get; }

    public ImmutableArray<IncidentEvent> Timeline { get; }

    /// <summary>What severs the first machine from all control systems and meters.</summary>
    public CutAnswer Cut { get; }

    public static string Name(Asset asset) => FindingText.Name(asset);

    /// <summary>The gravest of the machines in reach, as many as there is room for, by the earliest arrival.</summary>
    public ImmutableArray<TimedRow> Gravest(int room) => _gravity.Keep(Reach.Rows, room);

    /// <summary>Reached from here: its arrival, or the beginning for the first machine; null for others.</summary>
    private Timestamp? ArrivalAt(int asset) => _patients.Contains(asset) ? Since : _byId.TryGetValue(asset, out var row) ? row.Possible : null;

    private bool IsAfter(int from, Timestamp at) => from >= 0 && ArrivalAt(from) is { } arrival && at >= arrival && at <= Until;

    private ImmutableArray<(Conduit, ConduitOperation)> ReadOperations() =>
    [
        .. Map.Conduits.SelectMany(conduit =>
            conduit.Operations.Where(one => one.Operation.Effect >= Effect.Write && IsAfter(conduit.From, one.Operation.At))
                .Select(one => (conduit, one)))
            .OrderByDescending(one => one.one.Operation.Effect).ThenBy(one => one.one.Operation.At).ThenBy(one => one.one.Operation.Frame),
    ];

    private ImmutableArray<CrownJewel> ReadJewels(CancellationToken stop)
    {
        var jewels = _gravity.GravestFirst(Reach.Rows.Where(row => WhyJewel(row.Asset).Length > 0)).GroupBy(row => row.Asset.Segment.Name).ToList();
        JewelsLeftOut = [.. jewels.Where(group => group.Count() > JewelsOfASegment).Select(group => (group.Key, group.Count() - JewelsOfASegment))];
        return [.. jewels.SelectMany(group => group.Take(JewelsOfASegment))
            .Select(row =>
                new CrownJewel(row.Asset, WhyJewel(row.Asset), row, Shortest(row.Asset.Id, stop), _harms.GetValueOrDefault(row.Asset.Id)))];
    }

    private static string WhyJewel(Asset asset)
    {
        if (asset.HasRole("head-end")) return "head-end: commands meters";
        if (asset.HasRole("domain-controller")) return "domain controller: holds every account";
        return asset.Kind switch { SegmentKind.Ot => "control system", SegmentKind.Metering => "metering", _ => "" };
    }

    private AssetPath? Shortest(int target, CancellationToken stop) =>
        new PathQuery { From = [.. _patients.Order()], To = [target], Since = Since, Until = Until, Count = 1 }.Run(_graph,
            stop).Paths.FirstOrDefault();

    /// <summary>What leads nowhere even when it is answered (names, time, logs) was no attempt to get anywhere.</summary>
    private ImmutableArray<DeniedAttempt> ReadDenied()
    {
        var denied = Map.Conduits.Where(conduit => conduit is { IsUsable: false, PivotRank: not PivotRank.None, To: >= 0, From: >= 0 }
            && conduit.Data.Attempted + conduit.Data.Rejected + conduit.Data.Blocked > 0 && IsAfter(conduit.From, conduit.LastSeen));
        return [.. denied.GroupBy(conduit => (FindingText.Name(Map.Assets[conduit.From]), conduit.ToSegment.Name)).Select(Denial)
            .OrderBy(one => one.First)];
    }

    private DeniedAttempt Denial(IGrouping<(string From, string Segment), Conduit> group)
    {
        var first = group.MinBy(conduit => conduit.FirstSeen);
        var machines = group.Select(conduit => FindingText.Name(Map.Assets[conduit.To])).Distinct(StringComparer.Ordinal);
        var services = group.Select(conduit => conduit.Service.ToString()).Distinct(StringComparer.Ordinal);
        return new(
            group.Key.From, $"{group.Key.Segment}: {FindingText.List(machines)}", FindingText.List(services),
            group.Sum(conduit => conduit.Data.Attempted), group.Sum(conduit => conduit.Data.Rejected), group.Sum(conduit => conduit.Data.Blocked),
            IsAfter(first.From, first.FirstSeen) ? first.FirstSeen : first.LastSeen, first.Evidence);
    }

    private IEnumerable<IncidentEvent> Footholds() => Patients.Select(asset => new IncidentEvent(
        Since, IncidentEventKind.Foothold, PathCertainty.Must,
        $"The intruder holds {FindingText.Name(asset)} of {asset.Segment}: given, not found here", new("", 0, 0, Since, Since)));

    /// <summary>Machines reached from the same one over the same service are one line, at the first of them.</summary>
    private IEnumerable<IncidentEvent> Arrivals()
    {
        var reached = Reach.Rows.Select(row => (Row: row, Last: row.Hops() is [.., var last] ? last : null)).Where(one => one.Last is not null);
        foreach (var group in reached.GroupBy(one =>
            (one.Last!.From.Id, Service: FindingText.Service(one.Last.Service), one.Row.Asset.Segment.Name, one.Row.Certainty)))
        {
            var first = group.MinBy(one => one.Row.Time);
            var (machines, last) = (FindingText.Name(first.Row.Asset), first.Last!);
            if (group.Count() is > 1 and var count) machines = string.Create(CultureInfo.InvariantCulture, $"{count} machines, first {machines},");
            var pull = last.Direction == HopDirection.Pull ? " (it fetches from there)" : "";
            yield return new(
                first.Row.Time, IncidentEventKind.Reached, group.Key.Certainty,
                $"{machines} of {group.Key.Name} reachable from {FindingText.Name(last.From)} over {group.Key.Service}{pull}", last.Evidence);
        }
    }

    private IEnumerable<IncidentEvent> Actions()
    {
        foreach (var (conduit, (operation, capture)) in Operations.Take(MostOperations))
        {
            var to = conduit.To < 0 ? conduit.ToAddress.ToString() : FindingText.Name(Map.Assets[conduit.To]);
            var answer = operation.Accepted switch { true => ", accepted", false => ", refused", null => "" };
            yield return new(
                operation.At, IncidentEventKind.Acted, PathCertainty.Must,
                $"{FindingText.Name(Map.Assets[conduit.From])} to {to}: {operation.What}{answer}",
                new(capture, operation.Frame, operation.Frame, operation.At, operation.At));
        }
    }

    private IEnumerable<IncidentEvent> Turned() => Denied.Select(one => new IncidentEvent(
        one.First, IncidentEventKind.Turned, PathCertainty.Must, $"{one.From} tries {one.To} on {one.Services}, in vain", one.Evidence));
}
