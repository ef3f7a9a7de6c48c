using System.Collections.Immutable;
using System.Text.Json;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Output;

/// <summary>Prints findings: rows for machines; for people each with its hops, proof and remedy.</summary>
internal static class FindingsOutput
{
    /// <summary>The field of a summary.</summary>
    public const string AcceptanceProblems = "acceptance_problems";

    /// <param name="warnings">Acceptances that answer for nothing: to standard error in every format, and in JSON too.</param>
    public static void Print(ImmutableArray<Finding> findings, ImmutableArray<AcceptanceWarning> warnings, MapSnapshot map, RowFormat format)
    {
        foreach (var warning in warnings) Console.Error.WriteLine($"exposuremap: {warning}");
        if (format == RowFormat.Table)
        {
            PrintForPeople(findings, map);
            return;
        }

        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var writer = new RowWriter<Finding>(output, format, "findings", FindingColumns.All);
        foreach (var finding in findings) writer.Write(finding);
        writer.End(json =>
        {
            WriteWarnings(json, warnings);
            Coverage.WriteComplete(json, map);
        });
    }

    public static void WriteWarnings(Utf8JsonWriter json, ImmutableArray<AcceptanceWarning> warnings)
    {
        if (warnings.IsEmpty) return;
        json.WriteStartArray(AcceptanceProblems);
        foreach (var warning in warnings) json.WriteStringValue(warning.ToString());
        json.WriteEndArray();
    }

    /// <summary>Is a finding at least this severe, and not accepted?</summary>
    public static bool Matches(ImmutableArray<Finding> findings, string? severity) =>
        severity is not null && SeverityWords.TryParse(severity, out var least)
        && findings.Any(finding => finding is { Accepted: null, Closed: null } && finding.Severity >= least);

    private static void PrintForPeople(ImmutableArray<Finding> findings, MapSnapshot map)
    {
        using var page = new Page();
        if (findings.IsEmpty)
            page.Line(map.Watched.First.IsNever ? "nothing was watched: no findings means nothing here" : "no findings in what was watched");
        foreach (var finding in findings) PrintOne(page, finding);
        if (findings.IsEmpty) return;
        var counts = findings.GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.Word()}");
        var closed = findings.Count(finding => finding.Closed is not null);
        page.Line($"{findings.Length} {(findings.Length == 1 ? "finding" : "findings")}: {string.Join(", ", counts)}; {findings.Count(finding => finding.Accepted is not null)} of them accepted{(closed == 0 ? "" : $", {closed} closed")}");
    }

    private static void PrintOne(Page page, Finding finding)
    {
        page.Line(new(finding.Severity.Word().ToUpperInvariant(), ColourOf(finding.Severity)), " ", new(finding.Title, "bold"), " ",
            new(finding.Id, "grey"));
        foreach (var hop in finding.Hops) page.Under(HopLine.Of(hop));
        foreach (var detail in finding.Details) page.Under(detail);
        if (finding.Hops.IsEmpty && !finding.Evidence.IsEmpty) page.Under("proof: ", finding.Evidence[0].ToString());
        page.Under(new Page.Part($"breaks {string.Join(", ", finding.Rule.Requirements)}", "grey"));
        page.Under(new Page.Part($"do: {finding.Rule.Remedy}", "grey"));
        if (finding.Accepted is { } accepted) page.Under(new Page.Part($"accepted: {accepted.Because} (until {accepted.Until})", "green"));
        if (finding.Closed is { } closed)
            page.Under(new Page.Part($"closed {closed}: its path was not seen since {finding.Walkable ?? finding.LastSeen}", "green"));
        page.Line();
    }

    private static string ColourOf(Severity severity) => severity switch
    {
        Severity.Critical => "white on red",
        Severity.High => "red",
        Severity.Medium => "yellow",
        _ => "blue",
    };
}

/// <summary>A hop in one line: who to whom, by what, when, and where the proof is.</summary>
internal static class HopLine
{
    public static string Of(Hop hop)
    {
        var arrow = hop.Direction switch
        {
            HopDirection.Pull => "<=pull=",
            HopDirection.PermittedPull => "<·pull·",
            HopDirection.Permitted or HopDirection.Assumed => "··>",
            _ => "->"
        };
        var time = hop.Start.IsNever ? "" : $"  {hop.Start.ToString()[..19]}Z";
        if (hop.To.IsStandIn && hop.From.Segments.Length > 1 && hop.From.Segments.Contains(hop.To.Segment))
            return $"{Named(hop.From)} {arrow} {Named(hop.To)}  lies there itself: it has a foot in both segments, and no rule is asked";
        if (hop.Direction.IsSupposed())
            return $"{Named(hop.From)} {arrow} {Named(hop.To)}  {hop.Service} ({hop.PivotRank.ToString().ToLowerInvariant()})  {hop.Direction.Word().ToUpperInvariant()}, not observed";
        var (from, to) = hop.Conduit is not { } conduit ? (hop.From.Address, hop.To.Address)
            : hop.Direction == HopDirection.Pull ? (conduit.ToAddress, conduit.FromAddress) : (conduit.FromAddress, conduit.ToAddress);
        return $"{Named(hop.From, from)} {arrow} {Named(hop.To, to)}  {hop.Service} ({hop.PivotRank.ToString().ToLowerInvariant()}){time}  {hop.Evidence}";
    }

    private static string Named(Asset asset) => Named(asset, asset.Address);

    /// <summary>By the address that was used, of those that it has.</summary>
    private static string Named(Asset asset, Address address) =>
        asset.IsStandIn || asset.Device.Length > 0 ? asset.Label : asset.Names.IsEmpty ? address.ToString() : $"{asset.Names[0]} ({address})";
}
