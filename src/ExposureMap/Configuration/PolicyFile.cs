using System.Globalization;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>The tightest policy that covers what was seen, as a configuration file that can be loaded again.</summary>
internal static class PolicyFile
{
    private static readonly ServiceForms Services = new([]);

    public static void Write(TextWriter writer, IEnumerable<Segment> segments, ZoneMatrix matrix)
    {
        writer.Write(
            "# What was seen to pass between segments, and nothing else. Seen is not the same as right: read every line before it becomes policy.\n");
        SegmentFile.Write(writer, segments);
        var pairs = matrix.Flows.Where(flow => flow.Verdict != PolicyVerdict.Unused)
            .GroupBy(flow => (From: flow.From.Name, To: flow.To.Name)).ToList();
        if (pairs.Count == 0) return;
        writer.Write("\npolicy:\n");
        foreach (var pair in pairs)
        {
            writer.Write($"  - from: {Text(SegmentFile.NameOf(pair.Key.From))}\n    to: {Text(SegmentFile.NameOf(pair.Key.To))}\n    services:\n");
            foreach (var service in pair.GroupBy(FormOf).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                foreach (var wrong in service.SelectMany(flow => WhatLooksWrong(flow, matrix.Policy)).Distinct(StringComparer.Ordinal))
                    writer.Write($"      # LOOKS WRONG: {Quoted.Plain(wrong)}\n");
                writer.Write(
                    string.Create(CultureInfo.InvariantCulture,
                        $"      - {Text(service.Key)}    # {service.Sum(flow => flow.Conduits)} conduits, {service.Sum(flow => flow.Conversations)} conversations\n"));
            }
        }
    }

    /// <summary>With its protocol where the configuration knows it, else by its port alone.</summary>
    private static string FormOf(ZoneFlow flow) => Services.Match(flow.Service, out _, out _) ? flow.Service : flow.Service.Split(' ')[0];

    private static IEnumerable<string> WhatLooksWrong(ZoneFlow flow, SegmentPolicy declared)
    {
        if (flow.Verdict == PolicyVerdict.Outside) yield return "the policy declared so far does not allow it";
        if (flow.Verdict is PolicyVerdict.Outside or PolicyVerdict.Unjudged && flow.From.Kind != SegmentKind.Unknown
            && flow.To.Kind != SegmentKind.Unknown)
        {
            if (flow.From.Kind is SegmentKind.It or SegmentKind.External && flow.To.Kind.IsField())
                yield return $"straight from {flow.From.Kind.Word()} into {flow.To.Kind.Word()}, past any DMZ";
            if (flow.From.Kind.IsField() && flow.To.Kind == SegmentKind.External) yield return $"{flow.From.Kind.Word()} talks out to the Internet";
            if (flow.From.Kind == SegmentKind.Dmz && flow.To.Kind.IsField() && flow.Rank >= PivotRank.Interactive)
                yield return "lets its user work inside: only for a guarded jump host";
            if (flow.From.Kind == SegmentKind.External && flow.Rank >= PivotRank.Interactive) yield return "lets somebody outside work here";
        }

        if (flow.Verdict == PolicyVerdict.Lapsed) yield return $"the rule that allowed it ended on {flow.Rule!.Until}";
    }

    private static string Text(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
