using ExposureMap.Graph.Export;
using ExposureMap.Graph.Paths;
using ExposureMap.Hosting;
using ExposureMap.Output;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ExposureMap.Api;

/// <summary>Between which selections; the names of the command's options.</summary>
internal sealed record BetweenParameters(string From, string To, bool? Policy, [FromQuery(Name = "assume_segment")] bool? AssumeSegment);

/// <summary>What a cut is asked to be.</summary>
internal sealed record CutParameters(bool? Assets, [FromQuery(Name = "least_costly")] bool? LeastCostly, int? Alternatives, string? Rules);

/// <summary><c>/api/cut</c>, <c>/api/choke</c>: where to sever two selections, and where to guard the way between them.</summary>
internal static class CutEndpoints
{
    private const int MostAlternatives = 1000;
    private const int UsualAlternatives = 16;
    private const int MostSampled = 4096;
    private const int UsualSample = 16;                        // of the command 256: it has no deadline

    public static void Map(IEndpointRouteBuilder api, Publication publication)
    {
        api.MapGet("/cut",
            ([AsParameters] BetweenParameters ends, [AsParameters] CutParameters asked, [AsParameters] RowQuery query, HttpContext http) =>
                Cut(publication.Current!, ends, asked, query, http))
            .WithSummary("The fewest conduits (or assets) whose removal severs two selections.");
        api.MapGet("/choke",
            ([AsParameters] BetweenParameters ends, int? sample, [AsParameters] RowQuery query, HttpContext http) =>
                Choke(publication.Current!, ends, sample, query, http))
            .WithSummary("Where every path between two selections, or most of them, must pass.");
    }

    private static Results<RowsResult<CutRow>, ProblemHttpResult> Cut(PublishedMap now, BetweenParameters ends, CutParameters asked,
        RowQuery query, HttpContext http)
    {
        if (asked.Alternatives is < 1 or > MostAlternatives) return Problems.BadRequest($"alternatives must be between 1 and {MostAlternatives}");
        if (!FirewallDialects.TryParse(asked.Rules ?? "nftables", out var dialect))
            return Problems.BadRequest("rules must be nftables, cisco or csv");
        if (!PathEndpoints.TryGraph(now, ends.Policy, ends.AssumeSegment, out var graph, out var problem)) return Problems.BadRequest(problem);
        if (!PathEndpoints.TrySelect(now, graph, ends.From, out var from, out problem)
            || !PathEndpoints.TrySelect(now, graph, ends.To, out var to, out problem))
            return Problems.BadRequest(problem);
        using var stop = PathEndpoints.Deadline(http);
        var answer = new CutQuery
        {
            From = from,
            To = to,
            Unit = asked.Assets == true ? CutUnit.Assets : CutUnit.Conduits,
            Aim = asked.LeastCostly == true ? CutAim.LeastCostly : CutAim.Fewest,
            Bounds = new() { MaxResults = asked.Alternatives ?? UsualAlternatives },
        }.Run(graph, stop.Token);
        return new RowsResult<CutRow>("cut", CutOutput.Columns(answer.Unit), [CutRow.Of(answer, graph.Map, dialect)], query,
            now.Map)
        { CutOff = answer.CutOff, Worth = answer.Coverage };
    }

    private static Results<RowsResult<ChokePoint>, ProblemHttpResult> Choke(PublishedMap now, BetweenParameters ends, int? sample,
        RowQuery query, HttpContext http)
    {
        if (sample is < 1 or > MostSampled) return Problems.BadRequest($"sample must be between 1 and {MostSampled}");
        if (!PathEndpoints.TryGraph(now, ends.Policy, ends.AssumeSegment, out var graph, out var problem)) return Problems.BadRequest(problem);
        if (!PathEndpoints.TrySelect(now, graph, ends.From, out var from, out problem)
            || !PathEndpoints.TrySelect(now, graph, ends.To, out var to, out problem))
            return Problems.BadRequest(problem);
        using var stop = PathEndpoints.Deadline(http);
        var answer = new ChokeQuery { From = from, To = to, Sample = sample ?? UsualSample }.Run(graph, stop.Token);
        return new RowsResult<ChokePoint>("choke", ChokeColumns.All, answer.Points, query, now.Map)
        {
            CutOff = answer.CutOff,
            Worth = answer.Coverage
        };
    }
}
