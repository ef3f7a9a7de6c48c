using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>A prefix of a site that declared none, with the addresses that were seen in it, and what turned out to go with it.</summary>
/// <param name="how">How its extent is known.</param>
/// <param name="vlan">Where no prefix tells it apart, the VLAN that it is; else -1.</param>
internal sealed class InferredNetwork(Prefix prefix, string how, int vlan = -1)
{
    public Prefix Prefix => prefix;

    public string How => how;

    public int Vlan => vlan;

    /// <summary>Nothing told its extent, so something else may still cut it.</summary>
    public bool IsUsual { get; init; }

    /// <summary>Some of its machines speak IPv4 and IPv6.</summary>
    public bool IsDualStack => Beside.Count + Guests.Count > 0;

    /// <summary>Other prefixes of the same wire: the same machines live in them.</summary>
    public List<Prefix> Beside { get; } = [];

    /// <summary>Endpoints whose addresses lie in these prefixes.</summary>
    public List<int> Members { get; } = [];

    /// <summary>Endpoints of other prefixes whose machines live here.</summary>
    public List<int> Guests { get; } = [];

    /// <summary>How it is known what goes with it.</summary>
    public List<string> Witnesses { get; } = [];

    /// <summary>All addresses of the other one are of this network too.</summary>
    public void TakeIn(InferredNetwork other, string witness)
    {
        Beside.Add(other.Prefix);
        Members.AddRange(other.Members);
        Witnesses.Add(witness);
    }

    public void Lose(Predicate<int> isGone) => Members.RemoveAll(isGone);
}
