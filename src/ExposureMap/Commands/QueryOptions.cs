using System.Collections.Immutable;
using System.CommandLine;
using ExposureMap.Api;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Commands;

/// <summary>Options of questions about paths: from when to when, over which hops.</summary>
internal sealed class QueryOptions
{
    private readonly Option<string?> _since =
        new("--since")
        {
            Description = "the intruder is there from then on (ISO 8601, or seconds since 1970 UTC): what starts before does not count",
            HelpName = "TIME"
        };
    private readonly Option<string?> _until = new("--until") { Description = "what arrives later does not count", HelpName = "TIME" };
    private readonly Option<bool> _openSessions =
        new("--open-sessions") { Description = "a conversation that was open at the arrival may be used, too" };
    private readonly Option<bool> _includeNone =
        new("--include-none") { Description = "also over services that give no control over their responder (names, time, logs)" };

    private readonly Option<bool> _policy =
        new("--policy") { Description = "ask the policy alone: what follows if every conduit it permits were used, whatever was observed" };
    private readonly Option<bool> _assumeSegment =
        new("--assume-segment")
        {
            Description =
            "where one machine of a segment used a conduit into another segment, suppose that its neighbours can, too"
        };

    public void AddTo(Command command)
    {
        command.Add(_since);
        command.Add(_until);
        command.Add(_openSessions);
        AddScopeTo(command);
    }

    /// <summary>Only what says over which hops: for questions that know no time.</summary>
    public void AddScopeTo(Command command) => command.Add(_includeNone);

    /// <summary>How far beyond what was observed: for questions whose answers mark what was not.</summary>
    public void AddSuppositionTo(Command command)
    {
        command.Add(_policy);
        command.Add(_assumeSegment);
    }

    public bool OpenSessions(ParseResult parsed) => parsed.GetValue(_openSessions);

    public Timestamp Since(ParseResult parsed) => Time(parsed.GetValue(_since), "--since", Timestamp.Beginning);

    /// <exception cref="UsageException">It is no time, or lies before <c>--since</c>: of no time at all nothing can be said.</exception>
    public Timestamp Until(ParseResult parsed)
    {
        var until = Time(parsed.GetValue(_until), "--until", Timestamp.Never);
        return until >= Since(parsed)
            ? until
            : throw new UsageException($"--until {parsed.GetValue(_until)} lies before --since {parsed.GetValue(_since)}");
    }

    public TimedOptions Timed(ParseResult parsed) => new() { Since = Since(parsed), Until = Until(parsed), OpenSessions = OpenSessions(parsed) };

    /// <summary>The same options by the names of the API.</summary>
    public (string Name, string? Value)[] Remote(ParseResult parsed) =>
    [
        ("since", parsed.GetValue(_since)), ("until", parsed.GetValue(_until)), ("open_sessions", OpenSessions(parsed) ? "true" : null),
        .. RemoteSupposition(parsed),
    ];

    /// <exception cref="UsageException">A service keeps no graph for the question.</exception>
    public (string Name, string? Value)[] RemoteSupposition(ParseResult parsed)
    {
        if (parsed.GetValue(_includeNone))
            throw new UsageException(
                "--include-none needs a graph of its own, which a running service does not keep: leave --url out and read its store with --map");
        return [("policy", parsed.GetValue(_policy) ? "true" : null), ("assume_segment", parsed.GetValue(_assumeSegment) ? "true" : null)];
    }

    /// <exception cref="InputException">What is to be supposed does not go together, or there is no policy.</exception>
    public PathGraph GraphOf(LoadedMap loaded, ParseResult parsed)
    {
        var (isPolicy, isAssumed) = (parsed.GetValue(_policy), parsed.GetValue(_assumeSegment));
        if (isPolicy && WhatIfCommand.IsAsked(parsed))
            throw new UsageException("--policy asks the policy alone, and what-if edits what was observed: leave one of them out");
        var supposition = SuppositionAsked.Of(isPolicy, isAssumed, loaded.Map, out var problem);
        if (problem.Length > 0) throw isPolicy && isAssumed ? new UsageException(problem) : new InputException(problem);
        return Suppositions.GraphOf(loaded.Map, supposition,
            new PathOptions { Costs = loaded.Site.Costs, IncludeNone = parsed.GetValue(_includeNone) });
    }

    /// <exception cref="InputException">It is no selector, or selects by something that is not there.</exception>
    public static ImmutableArray<int> Select(string text, string option, MapSnapshot map)
    {
        if (!Selector.TryParse(text, out var selector, out var problem) || !selector.TrySelect(map, out var assets, out problem))
            throw new InputException($"{option} {text}: {problem}");
        return assets;
    }

    /// <summary>The same for a graph that may suppose more than the map has.</summary>
    public static ImmutableArray<int> Select(string text, string option, MapSnapshot map, PathGraph graph)
    {
        if (!Selector.TryParse(text, out var selector, out var problem) || !Suppositions.TrySelect(selector, map, graph, out var assets, out problem))
            throw new InputException($"{option} {text}: {problem}");
        return assets;
    }

    private static Timestamp Time(string? text, string option, Timestamp whenMissing) => QueryTime.TryParse(text, whenMissing, out var time)
        ? time
        : throw new UsageException($"{option} {text}: write seconds since 1970 UTC, or ISO 8601 such as 2026-03-02T07:10:00Z");
}
