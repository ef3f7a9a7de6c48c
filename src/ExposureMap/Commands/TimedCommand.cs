using System.Collections.Immutable;
using System.CommandLine;
using ExposureMap.Graph.Paths;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap reach SEL</c> and <c>exposuremap exposed SEL</c></summary>
internal static class TimedCommand
{
    public static Command Reach() => Create(
        "reach", "Everything reachable from there, in order of the earliest possible arrival.", TimedColumns.Reach,
        (graph, assets, timed, stop) => ReachQuery.Run(graph, assets, timed, stop));

    public static Command Exposed() => Create(
        "exposed", "Everything that reaches there, in order of the latest possible departure.", TimedColumns.Exposed,
        (graph, assets, timed, stop) => ExposedQuery.Run(graph, assets, timed, stop));

    private static Command Create(
        string name, string description, ImmutableArray<Column<TimedRow>> columns,
        Func<PathGraph, ImmutableArray<int>, TimedOptions, CancellationToken, TimedAnswer> ask)
    {
        var selection =
            new Argument<string>(
                "SEL")
            {
                Description =
                    "address, prefix, MAC, name, segment:NAME, kind:ot, role:historian, service:modbus; a comma is or, a leading ! is not"
            };
        var options = new MapOptions();
        var query = new QueryOptions();
        var remote = new RemoteQuery();
        var format = CommonOptions.Format();
        var command = new Command(name, description) { selection };
        options.AddTo(command);
        query.AddTo(command);
        query.AddSuppositionTo(command);
        remote.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            if (remote.IsAsked(parsed))
                return remote.Run(parsed, name, CommonOptions.FormatOf(parsed, format),
                    [(name == "reach" ? "from" : "to", parsed.GetValue(selection)), .. query.Remote(parsed)], stop);
            using var loaded = options.Load(parsed, stop);
            loaded.BeginTimes();
            var graph = query.GraphOf(loaded, parsed);
            var assets = QueryOptions.Select(parsed.GetValue(selection)!, "SEL", loaded.Map, graph);
            var answer = ask(graph, assets, query.Timed(parsed), stop);
            AnswerOutput.Print(name, columns, answer.Rows, answer.Coverage, answer.CutOff, loaded.Map, CommonOptions.FormatOf(parsed, format));
            return Task.FromResult(loaded.ExitCode);
        });
        return command;
    }
}
