using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap choke --from SEL --to SEL</c></summary>
internal static class ChokeCommand
{
    private static readonly Option<string> From = new("--from") { Description = "where the intruder is (a selector)", HelpName = "SEL", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "what must not be reached", HelpName = "SEL", Required = true };
    private static readonly Option<int> Sample = new("--sample") { Description = "search from so many of the sources at most", HelpName = "N", DefaultValueFactory = _ => 256 };

    private static readonly ImmutableArray<Column<ChokePoint>> Columns =
    [
        Column.Word<ChokePoint>("address", point => point.Asset.Handle),
        Column.Word<ChokePoint>("name", point => point.Asset.Label),
        Column.Word<ChokePoint>("segment", point => point.Asset.Segment.Name),
        Column.Word<ChokePoint>("kind", point => point.Asset.Kind.Word()),
        Column.Number<ChokePoint>("severs", point => point.Severs),
        new Column<ChokePoint>("share", (json, point) => json.WriteNumberValue(Math.Round(point.Share, 4)), point => point.Share.ToString("0.0 %", CultureInfo.InvariantCulture)) { IsNumber = true },
    ];

    public static Command Create()
    {
        var options = new MapOptions();
        var query = new QueryOptions();
        var format = CommonOptions.Format();
        var command = new Command("choke", "Where every path, or most of them, must pass: each asset with the targets reached only through it, and its share of the shortest paths.") { From, To, Sample };
        query.AddScopeTo(command);
        query.AddSuppositionTo(command);
        options.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            var loaded = options.Load(parsed, stop);
            var graph = query.GraphOf(loaded, parsed);
            var answer = new ChokeQuery
            {
                From = QueryOptions.Select(parsed.GetValue(From)!, From.Name, loaded.Map, graph),
                To = QueryOptions.Select(parsed.GetValue(To)!, To.Name, loaded.Map, graph),
                Sample = parsed.GetValue(Sample),
            }.Run(graph, stop);
            AnswerOutput.Print("choke", Columns, answer.Points, answer.Coverage, answer.CutOff, loaded.Map, CommonOptions.FormatOf(parsed, format));
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{answer.Reached} targets are reached; shares are worked out from {answer.Sampled} of {answer.Sources} sources"));
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }
}
