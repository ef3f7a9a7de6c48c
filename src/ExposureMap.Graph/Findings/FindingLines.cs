using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Findings;

/// <summary>Lines of detail that several rules write.</summary>
internal static class FindingLines
{
    private const int MaximumOperations = 8;

    /// <summary>The gravest messages of conduits with their frames, gravest first, remote disconnects before all.</summary>
    public static IEnumerable<string> Gravest(IEnumerable<Conduit> conduits) => conduits.SelectMany(conduit => conduit.Operations)
        .OrderByDescending(one => FindingText.IsDisconnect(one.Operation)).ThenByDescending(one => one.Operation.Effect)
        .ThenBy(one => one.Operation.At).ThenBy(one => one.Operation.Frame).ThenBy(one => one.Operation.What, StringComparer.Ordinal)
        .Take(MaximumOperations).Select(FindingText.Line);
}
