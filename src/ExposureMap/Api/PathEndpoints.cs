using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Hosting;
using ExposureMap.Output;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ExposureMap.Api;

/// <summary>What paths are asked for; the names of the command's options.</summary>
internal sealed record PathParameters(
    string From, string To, string? Via, string? Avoid, string? Since, string? Until, string? Grade, bool? Witnessed,
    [FromQuery(Name = "open_sessions")] bool? OpenSessions, [FromQuery(Name = "max_hops")] int? MaxHops, int? K,
    bool? Policy, [FromQuery(Name = "assume_segment")] bool? AssumeSegment);

/// <summary>What a question of reach or exposure is limited to.</summary>
internal sealed record TimeParameters(
    string? Since, string? Until, [FromQuery(Name = "open_sessions")] bool? OpenSessions,
    bool? Policy, [FromQuery(Name = "assume_segment")] bool? AssumeSegment);

/// <summary><c>/api/paths</c>, <c>/api/reach</c>, <c>/api/exposed</c>: searches in the published map, bounded in results, work and time.</summary>
internal static class PathEndpoints
{
    private const int MostPaths = 1000;
    private const int MostHops = 32;
    private const int UsualHops = 8;
    internal const long MostWork = 20_000_000;                  // edges looked at
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(2);

    public static void Map(IEndpointRouteBuilder api, Publication publication)
    {
        api.MapGet("/paths",
            ([AsParameters] PathParameters asked, [AsParameters] RowQuery query, HttpContext http) => Paths(publication.Current!, asked, query, http))
            .WithSummary("Ranked paths between two selections of assets.");
        api.MapGet("/reach",
            (string from, [AsParameters] TimeParameters asked, [AsParameters] RowQuery query, HttpContext http) =>
                Timed(publication.Current!, "reach", from, asked, query, http))
            .WithSummary("Everything reachable from there, by earliest arrival.");
        api.MapGet("/exposed",
            (string to, [AsParameters] TimeParameters asked, [AsParameters] RowQuery query, HttpContext http) =>
                Timed(publication.Current!, "exposed", to, asked, query, http))
            .WithSummary("Everything that reaches there, by latest departure.");
    }

    private static Results<RowsResult<RankedPath>, ProblemHttpResult> Paths(PublishedMap now, PathParameters asked, RowQuery query, HttpContext http)
    {
        if (!TryGraph(now, asked.Policy, asked.AssumeSegment, out var graph, out var problem)) return Problems.BadRequest(problem);
        if (SuppositionAsked.ProblemOfSeen(graph, asked.Witnessed == true, asked.Grade is not null) is { Length: > 0 } clash)
            return Problems.BadRequest(clash);
        if (!TrySelect(now, graph, asked.From, out var from, out problem) || !TrySelect(now, graph, asked.To, out var to, out problem))
            return Problems.BadRequest(problem);
        var (via, avoid) = (default(ImmutableArray<int>), ImmutableArray<int>.Empty);
        if (asked.Via is not null && !TrySelect(now, graph, asked.Via, out via, out problem)) return Problems.BadRequest(problem);
        if (asked.Avoid is not null && !TrySelect(now, graph, asked.Avoid, out avoid, out problem)) return Problems.BadRequest(problem);
        if (!TrySpan(asked.Since, asked.Until, out var since, out var until)) return Problems.BadRequest(HowToWriteTimes);
        Effect? grade = null;
        if (asked.Grade is not null)
        {
            if (!EffectWords.TryParse(asked.Grade, out var effect))
                return Problems.BadRequest("grade must be read, write, control, program, admin, identify, report or opaque");
            grade = effect;
        }

        if (asked.K is < 1 or > MostPaths) return Problems.BadRequest($"k must be between 1 and {MostPaths}");
        if (asked.MaxHops is < 1 or > MostHops) return Problems.BadRequest($"max_hops must be between 1 and {MostHops}");
        using var stop = Deadline(http);
        var answer = new PathQuery
        {
            From = from,
            To = to,
            Via = via,
            Avoid = avoid,
            Since = since,
            Until = until,
            Grade = grade,
            MaxHops = asked.MaxHops ?? UsualHops,
            Count = asked.K ?? 10,
            WitnessedOnly = asked.Witnessed == true,
            OpenSessions = asked.OpenSessions == true,
            MaxWork = MostWork,
        }.Run(graph, stop.Token);
        return new RowsResult<RankedPath>("paths", PathColumns.All, RankedPath.Of(answer), query, now.Map)
        {
            CutOff = answer.CutOff,
            Worth = answer.Coverage
        };
    }

    private static Results<RowsResult<TimedRow>, ProblemHttpResult> Timed(PublishedMap now, string question, string selection, TimeParameters asked,
        RowQuery query, HttpContext http)
    {
        if (!TryGraph(now, asked.Policy, asked.AssumeSegment, out var graph, out var problem)
            || !TrySelect(now, graph, selection, out var assets, out problem))
            return Problems.BadRequest(problem);
        if (!TrySpan(asked.Since, asked.Until, out var since, out var until)) return Problems.BadRequest(HowToWriteTimes);
        var options =
            new TimedOptions
            {
                Since = since,
                Until = until,
                OpenSessions = asked.OpenSessions == true,
                Bounds = new() { MaxWork = MostWork, MaxResults = Math.Max(1, query.Most) }
            };
        using var stop = Deadline(http);
        var isReach = question == "reach";
        var answer = isReach ? ReachQuery.Run(graph, assets, options, stop.Token) : ExposedQuery.Run(graph, assets, options, stop.Token);
        http.Response.RegisterForDispose(answer);
        return new RowsResult<TimedRow>(question, isReach ? TimedColumns.Reach : TimedColumns.Exposed, answer.Rows, query,
            now.Map)
        { CutOff = answer.CutOff, Worth = answer.Coverage };
    }

    private const string HowToWriteTimes = "since and until are seconds since 1970 UTC, or ISO 8601 (2027-03-31T14:00:00Z), since not after until";

    internal static CancellationTokenSource Deadline(HttpContext http)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        stop.CancelAfter(LongestSearch);
        return stop;
    }

    private static bool TrySpan(string? from, string? to, out Timestamp since, out Timestamp until)
    {
        until = Timestamp.Never;
        return QueryTime.TryParse(from, Timestamp.Beginning, out since) && QueryTime.TryParse(to, Timestamp.Never, out until) && since <= until;
    }

    internal static bool TryGraph(PublishedMap now, bool? isPolicy, bool? isAssumed, out PathGraph graph, out string problem)
    {
        var supposition = SuppositionAsked.Of(isPolicy == true, isAssumed == true, now.Map, out problem);
        graph = problem.Length == 0 ? now.PathsOf(supposition) : now.Paths;
        return problem.Length == 0;
    }

    internal static bool TrySelect(PublishedMap now, PathGraph graph, string text, out ImmutableArray<int> assets, out string problem)
    {
        assets = [];
        return Selector.TryParse(text, out var selector, out problem) && Suppositions.TrySelect(selector, now.Map, graph, out assets, out problem);
    }
}
