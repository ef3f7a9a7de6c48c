using System.CommandLine;
using System.Globalization;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Paths;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap cut --from SEL --to SEL</c></summary>
internal static class CutCommand
{
    private static readonly Option<string> From =
        new("--from") { Description = "where the intruder is (a selector)", HelpName = "SEL", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "what must not be reached", HelpName = "SEL", Required = true };
    private static readonly Option<bool> Assets = new("--assets") { Description = "take out machines in between, not conduits" };
    private static readonly Option<bool> LeastCostly =
        new("--least-costly") { Description = "the cut that breaks the fewest legitimate sessions a day, not the one with the fewest conduits" };
    private static readonly Option<int> Alternatives =
        new("--alternatives") { Description = "look for so many cuts of the same cost", HelpName = "N", DefaultValueFactory = _ => 16 };
    private static readonly Option<string> Rules =
        new Option<string>(
            "--rules")
        {
            Description = "rules for nftables, cisco (extended access list) or csv; comments name what a router cannot stop",
            HelpName = "FORM",
            DefaultValueFactory = _ => "nftables"
        }
        .AcceptOnlyFromAmong(FirewallDialects.Words);

    public static Command Create()
    {
        var options = new MapOptions();
        var query = new QueryOptions();
        var remote = new RemoteQuery();
        var format = CommonOptions.Format();
        var command =
            new Command("cut",
                "The fewest conduits (or assets) whose removal severs two selections, proven, with what stops working and rules to paste.") { From,
                    To, Assets, LeastCostly, Alternatives, Rules };
        query.AddScopeTo(command);
        query.AddSuppositionTo(command);
        remote.AddTo(command);
        options.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            var chosen = CommonOptions.FormatOf(parsed, format);
            return remote.IsAsked(parsed)
                ? remote.Run(parsed, "cut", chosen, [.. Remote(parsed), .. query.RemoteSupposition(parsed)], stop)
                : Task.FromResult(Run(parsed, options.Load(parsed, stop), query, chosen, stop));
        });
        return command;
    }

    private static (string Name, string? Value)[] Remote(ParseResult parsed) =>
    [
        ("from", parsed.GetValue(From)), ("to", parsed.GetValue(To)), ("assets", parsed.GetValue(Assets) ? "true" : null),
        ("least_costly", parsed.GetValue(LeastCostly) ? "true" : null),
        ("alternatives", parsed.GetValue(Alternatives).ToString(CultureInfo.InvariantCulture)), ("rules", parsed.GetValue(Rules)),
    ];

    private static int Run(ParseResult parsed, LoadedMap map, QueryOptions query, RowFormat format, CancellationToken stop)
    {
        using var loaded = map;
        var graph = query.GraphOf(loaded, parsed);
        var answer = new CutQuery
        {
            From = QueryOptions.Select(parsed.GetValue(From)!, From.Name, loaded.Map, graph),
            To = QueryOptions.Select(parsed.GetValue(To)!, To.Name, loaded.Map, graph),
            Unit = parsed.GetValue(Assets) ? CutUnit.Assets : CutUnit.Conduits,
            Aim = parsed.GetValue(LeastCostly) ? CutAim.LeastCostly : CutAim.Fewest,
            Bounds = new() { MaxResults = parsed.GetValue(Alternatives) },
        }.Run(graph, stop);
        _ = FirewallDialects.TryParse(parsed.GetValue(Rules)!, out var dialect);
        var row = CutRow.Of(answer, graph.Map, dialect);
        if (format == RowFormat.Table) CutOutput.PrintForPeople(row);
        else AnswerOutput.Print("cut", CutOutput.Columns(answer.Unit), [row], answer.Coverage, answer.CutOff, loaded.Map, format);
        return loaded.ExitCode;
    }
}
