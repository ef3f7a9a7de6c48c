using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Paths;

/// <summary>What an empty answer means (contract: every negative answer states its coverage).</summary>
public enum Absence : byte
{
    /// <summary>The answer is not empty.</summary>
    None,

    /// <summary>Watched, and it did not happen.</summary>
    NotReached,

    /// <summary>Nobody watched.</summary>
    NotObserved,

    /// <summary>Watched with loss, in one direction only, or not to the end.</summary>
    Insufficient,

    /// <summary>A question of the policy: it permits no way there, whatever was watched.</summary>
    NotPermitted,
}

public static class AbsenceWords
{
    private static readonly string[] Words = ["", "not reached", "not observed", "insufficient", "not permitted"];

    public static string Word(this Absence absence) => Words[(int)absence];
}

/// <summary>What was watched, and so what an answer is worth.</summary>
/// <param name="Reasons">For an empty answer why it means that; for others what was lost.</param>
public sealed record CoverageAnswer(
    ImmutableArray<CaptureCoverage> Captures, Timestamp First, Timestamp Last, Absence Absence, ImmutableArray<string> Reasons)
{
    /// <summary>Protocols.md G2: loss above one percent takes the ground from under "it did not happen".</summary>
    private const int TolerablePercent = 1;

    /// <param name="ends">The assets asked about: sources and targets, or the one selection; each of them has to have been watched.</param>
    public static CoverageAnswer Of(PathGraph graph, bool isEmpty, Timestamp since, Timestamp until, CutOff cutOff,
        params ReadOnlySpan<ImmutableArray<int>> ends)
    {
        var map = graph.Map;
        var (first, last) = map.Watched;
        var losses = Losses(map);
        var answer = new CoverageAnswer([.. map.Record.Coverage.Values], first, last, Absence.None, losses);
        if (graph.Options.Supposed == PathBasis.Permitted) return OfPolicy(answer, map, isEmpty, cutOff);
        if (!isEmpty) return answer;

        var unwatched = Unwatched(map, since, until, ends);
        if (unwatched.Length > 0) return answer with { Absence = Absence.NotObserved, Reasons = [unwatched, .. losses] };
        var shortfalls = Shortfalls(map, cutOff, ends);
        return shortfalls.Length > 0
            ? answer with { Absence = Absence.Insufficient, Reasons = [.. shortfalls, .. losses] }
            : answer with { Absence = Absence.NotReached, Reasons = ["watched, and no conversation leads there", .. losses] };
    }

    /// <summary>What was watched does not bear on what the policy permits, only on which machines are known.</summary>
    private static CoverageAnswer OfPolicy(CoverageAnswer answer, MapSnapshot map, bool isEmpty, CutOff cutOff)
    {
        ImmutableArray<string> asked = [string.Create(CultureInfo.InvariantCulture,
            $"asked of the policy's {map.Settings.Policy.Rules.Length} rules, not of what was observed")];
        if (!isEmpty) return answer with { Reasons = asked };
        return cutOff == CutOff.None
            ? answer with { Absence = Absence.NotPermitted, Reasons = asked }
            : answer with
            {
                Absence = Absence.Insufficient,
                Reasons = [$"the search was cut off by its bound on {cutOff.ToString().ToLowerInvariant()}", .. asked]
            };
    }

    private static ImmutableArray<string> Losses(MapSnapshot map)
    {
        var losses = ImmutableArray.CreateBuilder<string>();
        foreach (var capture in map.Record.Coverage.Values)
        {
            if (capture.Dropped > 0)
                losses.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{capture.Capture} lost {capture.Dropped} of {capture.Frames + capture.Dropped} frames"));
            if (capture.MissedOctets > 0)
                losses.Add(string.Create(CultureInfo.InvariantCulture,
                    $"{capture.Capture} misses {capture.MissedOctets} octets that were acknowledged"));
            if (capture.Problem is { } problem) losses.Add($"{capture.Capture}: {problem}");
        }

        var expired = 0L;
        for (var row = 0; row < map.Record.Contacts.Bounds.Count; row++) expired += map.Record.Contacts.Bounds[row].Count;
        if (expired > 0)
            losses.Add(string.Create(CultureInfo.InvariantCulture,
                $"expired detail: of {expired} older conversations only the bounds of their times are kept"));
        return losses.ToImmutable();
    }

    private static string Unwatched(MapSnapshot map, Timestamp since, Timestamp until, ReadOnlySpan<ImmutableArray<int>> ends)
    {
        var (first, last) = map.Watched;
        if (first.IsNever) return "no capture was read";
        if (since > last || until < first) return $"nothing was captured in that span; captures reach from {first} to {last}";
        foreach (var end in ends) if (end.IsEmpty) return "no asset seen matches the selection";
        foreach (var end in ends)
            if (!SeenBeyond(map, end, usableOrDenied: false))
                return $"no frame between the segment of {Example(map, end)} and another was seen: nobody watched its border";
        return "";
    }

    private static ImmutableArray<string> Shortfalls(MapSnapshot map, CutOff cutOff, ReadOnlySpan<ImmutableArray<int>> ends)
    {
        var shortfalls = ImmutableArray.CreateBuilder<string>();
        if (cutOff != CutOff.None) shortfalls.Add($"the search was cut off by its bound on {cutOff.ToString().ToLowerInvariant()}");
        foreach (var end in ends)
            if (!SeenBeyond(map, end, usableOrDenied: true))
                shortfalls.Add($"between the segment of {Example(map, end)} and others only one direction was seen");
        foreach (var capture in map.Record.Coverage.Values)
        {
            if (capture.Dropped * 100 > (capture.Frames + capture.Dropped) * TolerablePercent)
                shortfalls.Add($"{capture.Capture} lost more than {TolerablePercent} % of its frames");
            if (capture.Problem is not null) shortfalls.Add($"{capture.Capture} could not be read to its end");
        }

        return shortfalls.ToImmutable();
    }

    private static string Example(MapSnapshot map, ImmutableArray<int> end) => map.Assets[end[0]].Label;

    /// <summary>
    /// Whether any conversation joins a segment of these assets with another one; with proof of both directions, or of a denial, when asked.
    /// </summary>
    private static bool SeenBeyond(MapSnapshot map, ImmutableArray<int> assets, bool usableOrDenied)
    {
        var segments = assets.SelectMany(id => map.Assets[id].Segments).ToHashSet();
        var links = map.Record.Links;
        for (var row = 0; row < links.Count; row++)
        {
            var link = links[row];
            var (from, to) = (map.SegmentOfEndpoint(link.From), map.SegmentOfEndpoint(link.To));
            if (from == to || !link.Is(LinkMarks.Used) || !segments.Contains(from) && !segments.Contains(to)) continue;
            if (!usableOrDenied || link.Is(LinkMarks.Usable | LinkMarks.Denied)) return true;
        }

        return false;
    }
}
