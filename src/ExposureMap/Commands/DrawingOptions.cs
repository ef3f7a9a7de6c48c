using System.Collections.Immutable;
using System.CommandLine;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Commands;

/// <summary>Which part of the map is exported, and how finely it is drawn.</summary>
internal sealed class DrawingOptions
{
    /// <summary>So many findings are drawn over a whole map; more would hide it.</summary>
    private const int MostOverlays = 2;

    private readonly Option<bool> _segmentsOnly = new("--segments-only") { Description = "one box for each segment" };
    private readonly Option<bool> _paths = new("--paths") { Description = "only the paths of --from and --to, or the worst ones" };
    private readonly Option<string?> _from =
        new("--from")
        {
            Description = "draw the easiest path from here (a selector: address, prefix, name, segment:NAME, kind:it, ...)",
            HelpName = "SEL"
        };
    private readonly Option<string[]> _to = new("--to") { Description = "to there; several times for a path to each", HelpName = "SEL" };
    private readonly QueryOptions _query = new();
    private readonly Option<string?> _finding =
        new("--finding") { Description = "one finding's path, or with a rule's id the worst of that rule", HelpName = "ID" };
    private readonly Option<string[]> _expand =
        new("--expand")
        {
            Description = "draw the machines of this segment one by one; 'all' for every segment",
            HelpName = "SEGMENT",
            AllowMultipleArgumentsPerToken = true
        };
    private readonly Option<string> _title =
        new("--title") { Description = "what the drawing is headed", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private readonly Option<int> _maximumNodes = new("--max-nodes")
    {
        Description = $"fold a map of more boxes than these (at most {DotWriter.MaximumNodes})",
        HelpName = "N",
        DefaultValueFactory = _ => DiagramOptions.DefaultMaximumNodes,
    };

    public void AddTo(Command command)
    {
        command.Add(_paths);
        command.Add(_from);
        command.Add(_to);
        _query.AddTo(command);
        command.Add(_segmentsOnly);
        command.Add(_finding);
        command.Add(_expand);
        command.Add(_maximumNodes);
        command.Add(_title);
    }

    /// <exception cref="InputException">No such finding or path.</exception>
    public DiagramOptions Of(ParseResult parsed, LoadedMap loaded, ImmutableArray<Finding> findings, CancellationToken stop)
    {
        var finding = parsed.GetValue(_finding) is { } wanted ? FindingOf(findings, wanted) : null;
        var (from, to) = (parsed.GetValue(_from), parsed.GetValue(_to) ?? []);
        if (from is null != (to.Length == 0)) throw new UsageException("--from and --to belong together");
        return new()
        {
            Title = parsed.GetValue(_title) is { Length: > 0 } title ? title : finding is not null ? $"{finding.Rule.Id}: {finding.Rule.Title}" : "",
            Scope = parsed.GetValue(_segmentsOnly)
                ? DiagramScope.Segments
                : finding is not null || parsed.GetValue(_paths)
                ? DiagramScope.Paths
                : DiagramScope.Map,
            MaximumNodes = parsed.GetValue(_maximumNodes),
            Expand = [.. parsed.GetValue(_expand) ?? []],
            Paths = finding is not null ? [HopsOf(finding)] : from is not null ? PathsOf(loaded, parsed, from, to, stop) : Worst(findings),
        };
    }

    /// <summary>All, or the one asked for.</summary>
    public ImmutableArray<Finding> FindingsOf(ParseResult parsed, ImmutableArray<Finding> findings) =>
        parsed.GetValue(_finding) is { } wanted ? [FindingOf(findings, wanted)] : findings;

    /// <summary>The easiest path to each target, one that holds in time before one that does not.</summary>
    private ImmutableArray<ImmutableArray<Hop>> PathsOf(LoadedMap loaded, ParseResult parsed, string from, string[] targets, CancellationToken stop)
    {
        var graph = _query.GraphOf(loaded, parsed);
        var paths = ImmutableArray.CreateBuilder<ImmutableArray<Hop>>();
        foreach (var target in targets)
        {
            var query = new PathQuery
            {
                From = QueryOptions.Select(from, "--from", loaded.Map),
                To = QueryOptions.Select(target, "--to", loaded.Map),
                Count = 1,
                WitnessedOnly = true,
                Since = _query.Since(parsed),
                Until = _query.Until(parsed),
                OpenSessions = _query.OpenSessions(parsed),
            };
            var found = query.Run(graph, stop).Paths;
            if (found.IsEmpty) found = (query with { WitnessedOnly = false }).Run(graph, stop).Paths;
            if (found.IsEmpty) Console.Error.WriteLine($"exposuremap: no path from {from} to {target} in what was watched");
            paths.AddRange(found.Select(path => path.Hops));
        }

        return paths.ToImmutable();
    }

    /// <summary>The worst findings with a path in this map that nobody answers for, one of each rule.</summary>
    public static ImmutableArray<ImmutableArray<Hop>> Worst(ImmutableArray<Finding> findings) =>
    [
        .. findings.Where(finding =>
            finding is { Hops: [{ Conduit: not null }, ..], Accepted: null, Closed: null, Severity: >= Severity.High,
                To.Kind: SegmentKind.Ot or SegmentKind.Metering })
            .OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)
            .DistinctBy(finding => finding.Rule.Id).Take(MostOverlays).Select(finding => finding.Hops),
    ];

    private static ImmutableArray<Hop> HopsOf(Finding finding) => finding.Hops.IsEmpty
        ? throw new InputException($"finding {finding.Id} is about {finding.From} alone: it has no path")
        : finding.Hops;

    private static Finding FindingOf(ImmutableArray<Finding> findings, string wanted) =>
        findings.FirstOrDefault(one => one.Id == wanted) ?? findings.FirstOrDefault(one => one.Rule.Id == wanted && !one.Hops.IsEmpty)
            ?? throw new InputException($"no finding {wanted}; 'exposuremap findings' lists them");
}
