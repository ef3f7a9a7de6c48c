using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// A copy of a map in which whole segments have one asset each that stands for any machine in them: a conduit to or from it is one row, however
/// many machines it means.
/// </summary>
internal sealed class StandIns(MapSnapshot map)
{
    private readonly Dictionary<string, int> _endpoints = new(StringComparer.Ordinal);
    private readonly List<Segment> _segments = [];

    /// <summary>The endpoint that stands for the segment.</summary>
    public int EndpointOf(Segment segment)
    {
        if (_endpoints.TryGetValue(segment.Name, out var endpoint)) return endpoint;
        _segments.Add(segment);
        return _endpoints[segment.Name] = map.Record.Endpoints.Count + _segments.Count - 1;
    }

    /// <param name="record">Of this map, or one with the same endpoints.</param>
    public MapSnapshot Apply(MapRecord record, IReadOnlyCollection<SupposedConduit> conduits, Timestamp at)
    {
        var endpoints = MapEdit.TableOf(record.Endpoints);
        var assets = new List<Asset>();
        foreach (var segment in _segments)
        {
            // none that a machine can have, and not Address.None
            var address = new Address(AddressFamily.None, new(0, (ulong)(map.Assets.Length + assets.Count + 1)));
            endpoints.Add(new() { AddressLow = address.Number.Low, FirstSeen = at.Nanoseconds, LastSeen = at.Nanoseconds, Vlan = -1 });
            assets.Add(new()
            {
                Id = map.Assets.Length + assets.Count,
                Address = address,
                Addresses = [address],
                Names = [$"segment:{segment.Name}"],
                Segment = segment,
                Segments = [segment],
                FirstSeen = at,
                LastSeen = at,
            });
        }

        var edited = MapEdit.Apply(record with { Endpoints = endpoints.Snapshot() }, ImmutableHashSet<int>.Empty, conduits, at);
        return new(map, edited, assets);
    }

    /// <summary>The segments whose machines an asset counts among. A router lies in all it joins by trade, and counts where it is known by.</summary>
    public static ImmutableArray<Segment> HomesOf(MapSnapshot map, Asset asset) =>
        asset.Segments.Length > 1 && EndpointFacts.IsRouter(map.Record, asset) ? [asset.Segment] : asset.Segments;
}
