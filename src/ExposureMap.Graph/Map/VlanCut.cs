using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// What VLANs tell of inferred networks. Where nobody told a mask and each VLAN has a range of its own, the network is cut there. Where two VLANs use
/// the same addresses, the one that is not the first is told by its number, since no prefix can.
/// </summary>
/// <param name="homes">By endpoint the VLAN that its address lives in, -1 where none is known.</param>
internal sealed class VlanCut(SortedDictionary<Prefix, InferredNetwork> networks, Rows<EndpointRow> endpoints, int[] homes)
{
    private const int MostNamed = 4;

    /// <summary>Takes the machines of a VLAN whose addresses are others' elsewhere out of all networks.</summary>
    public InferredNetwork TakeOut(int vlan)
    {
        var wire = new InferredNetwork(default, "addresses that are also in use in another VLAN", vlan);
        foreach (var network in networks.Values.ToList())
        {
            var inside = network.Members.Where(endpoint => homes[endpoint] == vlan).ToHashSet();
            if (inside.Count == 0) continue;
            wire.Members.AddRange(inside);
            network.Members.RemoveAll(inside.Contains);
            if (network.Members.Count == 0) networks.Remove(network.Prefix);
        }

        return wire;
    }

    public void Cut()
    {
        foreach (var network in networks.Values.ToList())
        {
            var vlans = new SortedDictionary<int, (Address Low, Address High)>();
            foreach (var endpoint in network.Members)
            {
                if (homes[endpoint] is not (>= 0 and var vlan)) continue;
                var address = endpoints[endpoint].Address;
                var (low, high) = vlans.GetValueOrDefault(vlan, (address, address));
                vlans[vlan] = (address.CompareTo(low) < 0 ? address : low, high.CompareTo(address) < 0 ? address : high);
            }

            if (vlans.Count > 0)
                network.Witnesses.Add($"in VLAN {string.Join(", ", vlans.Keys.Take(MostNamed))}{(vlans.Count > MostNamed ? " ..." : "")}");
            if (network.IsUsual && vlans.Count > 1)
                Cut(network, vlans.ToDictionary(vlan => vlan.Key, vlan => Prefix.Of(vlan.Value.Low, vlan.Value.High)));
        }
    }

    private void Cut(InferredNetwork network, Dictionary<int, Prefix> ranges)
    {
        if (ranges.Any(one => ranges.Any(other => one.Key != other.Key && one.Value.Contains(other.Value)))) return;
        foreach (var vlan in ranges.Keys)
        {
            while (ranges[vlan].Length > network.Prefix.Length + 1 && Wider(ranges[vlan]) is var wider
                && ranges.All(other => other.Key == vlan || !wider.Contains(other.Value)))
                ranges[vlan] = wider;
        }

        foreach (var (vlan, prefix) in ranges)
        {
            var part = new InferredNetwork(prefix,
                string.Create(CultureInfo.InvariantCulture, $"VLAN {vlan}, other VLANs beside it in {network.Prefix}"));
            part.Members.AddRange(network.Members.Where(endpoint => prefix.Contains(endpoints[endpoint].Address)));
            network.Members.RemoveAll(part.Members.ToHashSet().Contains);
            networks.Add(prefix, part);
        }

        if (network.Members.Count == 0) networks.Remove(network.Prefix);
    }

    private static Prefix Wider(Prefix prefix) => Prefix.Around(prefix.Network, prefix.Length - 1);
}
