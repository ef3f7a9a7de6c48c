using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using ExposureMap.Api;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Output;

namespace ExposureMap.Commands;

/// <summary><c>exposuremap paths --from SEL --to SEL</c></summary>
internal static class PathsCommand
{
    private const int MostHops = 32;
    private const int MostPaths = 1000;

    private static readonly Option<string> From =
        new("--from")
        {
            Description =
            "where the intruder is: address, prefix, MAC, name, segment:NAME, kind:it, role:historian, service:modbus; a comma is or, a leading ! is not",
            HelpName = "SEL",
            Required = true
        };
    private static readonly Option<string> To = new("--to") { Description = "what must not be reached", HelpName = "SEL", Required = true };
    private static readonly Option<string?> Via = new("--via") { Description = "only paths that pass one of these", HelpName = "SEL" };
    private static readonly Option<string?> Avoid = new("--avoid") { Description = "only paths that pass none of these", HelpName = "SEL" };
    private static readonly Option<string?> Grade =
        new Option<string?>("--grade")
        {
            Description = "only paths whose last hop was seen to do at least this",
            HelpName = "EFFECT"
        }.AcceptOnlyFromAmong("report", "identify", "read", "opaque", "admin", "write", "control", "program");
    private static readonly Option<bool> Witnessed = new("--witnessed") { Description = "only paths whose hops also follow each other in time" };
    private static readonly Option<int> MaxHops =
        Bounded(MostHops, new("--max-hops") { Description = "at most so many hops", HelpName = "N", DefaultValueFactory = _ => 8 });
    private static readonly Option<int> Count =
        Bounded(MostPaths, new("-k") { Description = "so many paths", HelpName = "N", DefaultValueFactory = _ => 10 });

    public static Command Create()
    {
        var options = new MapOptions();
        var query = new QueryOptions();
        var remote = new RemoteQuery();
        var format = CommonOptions.Format();
        var command =
            new Command("paths", "Ranked paths from one selection of assets to another, each hop with its service, time and evidence.") { From, To,
                Via, Avoid, Grade, Witnessed, MaxHops, Count };
        query.AddTo(command);
        query.AddSuppositionTo(command);
        remote.AddTo(command);
        options.AddTo(command);
        command.Add(format);
        command.SetAction((parsed, stop) =>
        {
            var chosen = CommonOptions.FormatOf(parsed, format);
            return remote.IsAsked(parsed)
                ? remote.Run(parsed, "paths", chosen, [.. Remote(parsed), .. query.Remote(parsed)], stop)
                : Task.FromResult(Run(parsed, options.Load(parsed, stop), query, chosen, stop));
        });
        return command;
    }

    private static (string Name, string? Value)[] Remote(ParseResult parsed) =>
    [
        ("from", parsed.GetValue(From)), ("to", parsed.GetValue(To)), ("via", parsed.GetValue(Via)), ("avoid", parsed.GetValue(Avoid)),
        ("grade", parsed.GetValue(Grade)),
        ("witnessed", parsed.GetValue(Witnessed) ? "true" : null), ("max_hops", parsed.GetValue(MaxHops).ToString(CultureInfo.InvariantCulture)),
        ("k", parsed.GetValue(Count).ToString(CultureInfo.InvariantCulture)),
    ];

    private static Option<int> Bounded(int most, Option<int> option)
    {
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }]
                && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value > most)
                result.AddError($"{option.Name} {text}: must be at most {most}");
        });
        return option;
    }

    private static int Run(ParseResult parsed, LoadedMap map, QueryOptions query, RowFormat format, CancellationToken stop)
    {
        using var loaded = map;
        loaded.BeginTimes();
        var graph = query.GraphOf(loaded, parsed);
        if (SuppositionAsked.ProblemOfSeen(graph, parsed.GetValue(Witnessed), parsed.GetValue(Grade) is not null) is { Length: > 0 } problem)
            throw new UsageException(problem);
        var answer = QueryOf(parsed, loaded, graph, query).Run(graph, stop);
        if (format == RowFormat.Table) PathsOutput.Print(answer);
        else AnswerOutput.Print("paths", PathColumns.All, RankedPath.Of(answer), answer.Coverage, answer.CutOff, loaded.Map, format);
        return loaded.ExitCode;
    }

    private static PathQuery QueryOf(ParseResult parsed, LoadedMap loaded, PathGraph graph, QueryOptions query)
    {
        ImmutableArray<int> Select(Option<string?> option) =>
            parsed.GetValue(option) is { } text ? QueryOptions.Select(text, option.Name, loaded.Map, graph) : [];
        Effect? grade = parsed.GetValue(Grade) is { } word && EffectWords.TryParse(word, out var effect) ? effect : null;
        return new PathQuery
        {
            From = QueryOptions.Select(parsed.GetValue(From)!, From.Name, loaded.Map, graph),
            To = QueryOptions.Select(parsed.GetValue(To)!, To.Name, loaded.Map, graph),
            Via = parsed.GetValue(Via) is null ? default : Select(Via),
            Avoid = Select(Avoid),
            Since = query.Since(parsed),
            Until = query.Until(parsed),
            Grade = grade,
            MaxHops = parsed.GetValue(MaxHops),
            Count = parsed.GetValue(Count),
            WitnessedOnly = parsed.GetValue(Witnessed),
            OpenSessions = query.OpenSessions(parsed),
        };
    }
}
