using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Graph.Findings;

/// <summary>
/// A way from IT into a kind of zone, told by where it enters: the last asset outside, many such of one segment, or a whole IT segment that enters
/// directly.
/// </summary>
/// <param name="Key">Of the finding: the asset's address or the segment's name.</param>
/// <param name="Through">The last asset outside on the path.</param>
/// <param name="Path">The best way in: one that holds in time, where one does.</param>
/// <param name="Machines">What lies open behind the entry, with addresses of their own.</param>
/// <param name="Devices">What lies open behind those.</param>
/// <param name="InTime">How many of them are reached over this entry by conversations that follow each other in time.</param>
/// <param name="IsAtLeast">Only the nearest were counted.</param>
/// <param name="IsDirect">Nothing but hosts of IT that open conversations with assets inside: the rules on direct conduits tell those.</param>
/// <param name="Walkable">When somebody last came to the entry, or last went on from it inside, whichever is longer ago.</param>
internal sealed record ZoneEntry(string Key, Asset Through, AssetPath Path, int Machines, int Devices, int InTime, bool IsAtLeast,
    bool IsDirect, Timestamp Walkable)
{
    /// <summary>The assets of one segment that lead in alike, the one on the path first; empty where there is but one.</summary>
    public ImmutableArray<Asset> Crowd { get; init; } = [];

    /// <summary>The IT hosts that were seen to come to the entry.</summary>
    public ImmutableArray<Asset> Comers { get; init; } = [];

    public int Exposed => Machines + Devices;
}
