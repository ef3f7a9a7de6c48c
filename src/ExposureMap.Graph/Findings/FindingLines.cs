using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>Lines of detail that several rules write.</summary>
internal static class FindingLines
{
    private const int MaximumOperations = 8;

    /// <summary>
    /// The gravest messages of conduits with their frames, gravest first, remote disconnects before all; the same message again is one line with all
    /// its frames.
    /// </summary>
    public static IEnumerable<string> Gravest(IEnumerable<Conduit> conduits) => conduits.SelectMany(conduit => conduit.Operations)
        .OrderByDescending(one => FindingText.IsDisconnect(one.Operation)).ThenByDescending(one => one.Operation.Effect)
        .ThenBy(one => one.Operation.At).ThenBy(one => one.Operation.Frame).ThenBy(one => one.Operation.What, StringComparer.Ordinal)
        .GroupBy(one => (one.Operation.Effect, one.Operation.What, one.Operation.Accepted, one.Capture)).Take(MaximumOperations).Select(Line);

    private static string Line(IEnumerable<ConduitOperation> alike)
    {
        var (first, again) =
            (FindingText.Line(alike.First()),
                alike.Skip(1).Select(one => one.Operation.Frame.ToString(CultureInfo.InvariantCulture)).Take(MaximumOperations).ToList());
        return again.Count switch
        {
            0 => first,
            1 => $"{first}, again in frame {again[0]}",
            _ => $"{first}, again in frames {string.Join(", ", again)}"
        };
    }
}
