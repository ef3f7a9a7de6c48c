using System.Collections.Immutable;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using Spectre.Console;

namespace ExposureMap.Output;

/// <summary>Prints findings: rows for machines; for people each with its hops, proof and remedy.</summary>
internal static class FindingsOutput
{
    public static void Print(ImmutableArray<Finding> findings, MapSnapshot map, RowFormat format)
    {
        if (format == RowFormat.Table)
        {
            PrintForPeople(findings, map);
            return;
        }

        using var output = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var writer = new RowWriter<Finding>(output, format, "findings", FindingColumns.All);
        foreach (var finding in findings) writer.Write(finding);
        writer.End(json => Coverage.WriteComplete(json, map));
    }

    /// <summary>Is a finding at least this severe, and not accepted?</summary>
    public static bool Matches(ImmutableArray<Finding> findings, string? severity) =>
        severity is not null && SeverityWords.TryParse(severity, out var least) && findings.Any(finding => finding is { Accepted: null, Closed: null } && finding.Severity >= least);

    private static void PrintForPeople(ImmutableArray<Finding> findings, MapSnapshot map)
    {
        if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 160;
        if (findings.IsEmpty) Console.WriteLine(map.Record.Coverage.IsEmpty ? "nothing was watched: no findings means nothing here" : "no findings in what was watched");
        foreach (var finding in findings) PrintOne(finding);
        if (findings.IsEmpty) return;
        var counts = findings.GroupBy(finding => finding.Severity).OrderByDescending(group => group.Key).Select(group => $"{group.Count()} {group.Key.Word()}");
        var closed = findings.Count(finding => finding.Closed is not null);
        Console.WriteLine($"{findings.Length} {(findings.Length == 1 ? "finding" : "findings")}: {string.Join(", ", counts)}; {findings.Count(finding => finding.Accepted is not null)} of them accepted{(closed == 0 ? "" : $", {closed} closed")}");
    }

    private static void PrintOne(Finding finding)
    {
        AnsiConsole.MarkupLine($"[{ColourOf(finding.Severity)}]{finding.Severity.Word().ToUpperInvariant()}[/] [bold]{Markup.Escape(finding.Title)}[/] [grey]{Markup.Escape(finding.Id)}[/]");
        foreach (var hop in finding.Hops) IndentedText.Write(Markup.Escape(HopLine.Of(hop)));
        foreach (var detail in finding.Details) IndentedText.Write(Markup.Escape(detail));
        if (finding.Hops.IsEmpty && !finding.Evidence.IsEmpty) IndentedText.Write($"proof: {Markup.Escape(finding.Evidence[0].ToString())}");
        IndentedText.Write($"[grey]breaks {Markup.Escape(string.Join(", ", finding.Rule.Requirements))}[/]");
        IndentedText.Write($"[grey]do: {Markup.Escape(finding.Rule.Remedy)}[/]");
        if (finding.Accepted is { } accepted) IndentedText.Write($"[green]accepted: {Markup.Escape(accepted.Because)} (until {accepted.Until})[/]");
        if (finding.Closed is { } closed) IndentedText.Write($"[green]closed {closed}: its path was not seen since {finding.Walkable ?? finding.LastSeen}[/]");
        Console.WriteLine();
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
        var arrow = hop.Direction switch { HopDirection.Pull => "<=pull=", HopDirection.Permitted or HopDirection.Assumed => "··>", _ => "->" };
        var time = hop.Start.IsNever ? "" : $"  {hop.Start.ToString()[..19]}Z";
        if (hop.Direction is HopDirection.Permitted or HopDirection.Assumed)
            return $"{Named(hop.From)} {arrow} {Named(hop.To)}  {hop.Service} ({hop.PivotRank.ToString().ToLowerInvariant()})  {hop.Direction.ToString().ToUpperInvariant()}, not observed";
        return $"{Named(hop.From)} {arrow} {Named(hop.To)}  {hop.Service} ({hop.PivotRank.ToString().ToLowerInvariant()}){time}  {hop.Evidence}";
    }

    private static string Named(Graph.Map.Asset asset) => asset.Names.IsEmpty || asset.IsStandIn || asset.Device.Length > 0 ? asset.Label : $"{asset.Names[0]} ({asset.Address})";
}
