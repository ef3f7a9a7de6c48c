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
    private readonly Option<string?> _since = new("--since") { Description = "the intruder is there from then on (ISO 8601, or seconds since 1970 UTC): what starts before does not count", HelpName = "TIME" };
    private readonly Option<string?> _until = new("--until") { Description = "what arrives later does not count", HelpName = "TIME" };
    private readonly Option<bool> _openSessions = new("--open-sessions") { Description = "a conversation that was open at the arrival may be used, too" };
    private readonly Option<bool> _includeNone = new("--include-none") { Description = "also over services that give no control over their responder (names, time, logs)" };

    public void AddTo(Command command)
    {
        command.Add(_since);
        command.Add(_until);
        command.Add(_openSessions);
        AddScopeTo(command);
    }

    /// <summary>Only what says over which hops: for questions that know no time.</summary>
    public void AddScopeTo(Command command) => command.Add(_includeNone);

    public bool OpenSessions(ParseResult parsed) => parsed.GetValue(_openSessions);

    public Timestamp Since(ParseResult parsed) => Time(parsed.GetValue(_since), "--since", Timestamp.Beginning);

    public Timestamp Until(ParseResult parsed) => Time(parsed.GetValue(_until), "--until", Timestamp.Never);

    public TimedOptions Timed(ParseResult parsed) => new() { Since = Since(parsed), Until = Until(parsed), OpenSessions = OpenSessions(parsed) };

    /// <summary>The same options by the names of the API.</summary>
    public (string Name, string? Value)[] Remote(ParseResult parsed) =>
        [("since", parsed.GetValue(_since)), ("until", parsed.GetValue(_until)), ("open_sessions", OpenSessions(parsed) ? "true" : null)];

    public PathGraph GraphOf(LoadedMap loaded, ParseResult parsed) =>
        PathGraph.Of(loaded.Map, new PathOptions { Costs = loaded.Site.Costs, IncludeNone = parsed.GetValue(_includeNone) });

    /// <exception cref="InputException">It is no selector, or selects by something that is not there.</exception>
    public static ImmutableArray<int> Select(string text, string option, MapSnapshot map)
    {
        if (!Selector.TryParse(text, out var selector, out var problem) || !selector.TrySelect(map, out var assets, out problem)) throw new InputException($"{option} {text}: {problem}");
        return assets;
    }

    private static Timestamp Time(string? text, string option, Timestamp whenMissing) => QueryTime.TryParse(text, whenMissing, out var time)
        ? time
        : throw new InputException($"{option} {text}: write seconds since 1970 UTC, or ISO 8601 such as 2026-03-02T07:10:00Z");
}
