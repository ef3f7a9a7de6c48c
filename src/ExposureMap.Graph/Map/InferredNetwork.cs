using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>A prefix of a site that declared none, with the addresses that were seen in it, and what turned out to go with it.</summary>
internal sealed class InferredNetwork(Prefix prefix)
{
    public Prefix Prefix => prefix;

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
