using System.CommandLine;
using System.Globalization;
using ExposureMap.Graph.Paths;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap choke --from SEL --to SEL</c></summary>
internal static class ChokeCommand
{
    private static readonly Option<string> From =
        new("--from") { Description = "where the intruder is (a selector)", HelpName = "SEL", Required = true };
    private static readonly Option<string> To = new("--to") { Description = "what must not be reached", HelpName = "SEL", Required = true };
    private static readonly Option<int> Sample =
        new("--sample") { Description = "search from so many of the sources at most", HelpName = "N", DefaultValueFactory = _ => 256 };

    public static Command Create()
    {
        var options = new MapOptions();
        var query = new QueryOptions();
        var remote = new RemoteQuery();
        var format = CommonOptions.Format();
        var command =
            new Command("choke",
                "Where every path, or most of them, must pass: each asset with the targets reached only through it, and its share of the shortest paths.") { From, To, Sample };
        query.AddScopeTo(command);
        query.AddSuppositionTo(command);
        remote.AddTo(command);
        options.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            if (remote.IsAsked(parsed))
                return remote.Run(parsed, "choke", CommonOptions.FormatOf(parsed, format),
                    [("from", parsed.GetValue(From)), ("to", parsed.GetValue(To)),
                        ("sample", parsed.GetValue(Sample).ToString(CultureInfo.InvariantCulture)), .. query.RemoteSupposition(parsed)], stop);
            using var loaded = options.Load(parsed, stop);
            var graph = query.GraphOf(loaded, parsed);
            var answer = new ChokeQuery
            {
                From = QueryOptions.Select(parsed.GetValue(From)!, From.Name, loaded.Map, graph),
                To = QueryOptions.Select(parsed.GetValue(To)!, To.Name, loaded.Map, graph),
                Sample = parsed.GetValue(Sample),
            }.Run(graph, stop);
            AnswerOutput.Print("choke", ChokeColumns.All, answer.Points, answer.Coverage, answer.CutOff, loaded.Map,
                CommonOptions.FormatOf(parsed, format));
            Console.Error.WriteLine(
                string.Create(CultureInfo.InvariantCulture,
                    $"{answer.Reached} targets are reached; shares are worked out from {answer.Sampled} of {answer.Sources} sources"));
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }
}
