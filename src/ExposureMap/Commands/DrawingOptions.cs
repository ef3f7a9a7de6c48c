using System.Collections.Immutable;
using System.CommandLine;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Commands;

/// <summary>Which part of the map is exported, and how finely it is drawn.</summary>
internal sealed class DrawingOptions
{
    /// <summary>So many findings are drawn over a whole map; more would hide it.</summary>
    private const int MostOverlays = 2;

    private readonly Option<bool> _segmentsOnly = new("--segments-only") { Description = "one box for each segment" };
    private readonly Option<string?> _finding = new("--finding") { Description = "one finding's path, or with a rule's id the worst of that rule", HelpName = "ID" };
    private readonly Option<string[]> _expand = new("--expand") { Description = "draw the machines of this segment one by one; 'all' for every segment", HelpName = "SEGMENT", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string> _title = new("--title") { Description = "what the drawing is headed", HelpName = "TEXT", DefaultValueFactory = _ => "" };
    private readonly Option<int> _maximumNodes = new("--max-nodes")
    {
        Description = $"fold a map of more boxes than these (at most {DotWriter.MaximumNodes})",
        HelpName = "N",
        DefaultValueFactory = _ => DiagramOptions.DefaultMaximumNodes,
    };

    public void AddTo(Command command)
    {
        command.Add(_segmentsOnly);
        command.Add(_finding);
        command.Add(_expand);
        command.Add(_maximumNodes);
        command.Add(_title);
    }

    /// <exception cref="InputException">No such finding, or it has no path.</exception>
    public DiagramOptions Of(ParseResult parsed, ImmutableArray<Finding> findings)
    {
        var wanted = parsed.GetValue(_finding);
        return new()
        {
            Title = parsed.GetValue(_title)!,
            Scope = parsed.GetValue(_segmentsOnly) ? DiagramScope.Segments : wanted is null ? DiagramScope.Map : DiagramScope.Paths,
            MaximumNodes = parsed.GetValue(_maximumNodes),
            Expand = [.. parsed.GetValue(_expand) ?? []],
            Paths = wanted is null ? Worst(findings) : [HopsOf(findings, wanted)],
        };
    }

    /// <summary>The worst findings with a path that nobody answers for, one of each rule.</summary>
    private static ImmutableArray<ImmutableArray<Hop>> Worst(ImmutableArray<Finding> findings) =>
    [
        .. findings.Where(finding => finding is { Hops.IsEmpty: false, Accepted: null, Severity: >= Severity.High })
            .OrderByDescending(finding => finding.Severity).ThenBy(finding => finding.Rule.Id, StringComparer.Ordinal)
            .DistinctBy(finding => finding.Rule.Id).Take(MostOverlays).Select(finding => finding.Hops),
    ];

    private static ImmutableArray<Hop> HopsOf(ImmutableArray<Finding> findings, string wanted)
    {
        var finding = findings.FirstOrDefault(one => one.Id == wanted) ?? findings.FirstOrDefault(one => one.Rule.Id == wanted && !one.Hops.IsEmpty)
            ?? throw new InputException($"no finding {wanted}; 'exposuremap findings' lists them");
        return finding.Hops.IsEmpty ? throw new InputException($"finding {wanted} is about {finding.From} alone: it has no path to draw") : finding.Hops;
    }
}
