using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Private addresses (RFC 1918) that are one machine's here and another one's there: claimed by different MACs on different VLANs, or at the same
/// time in different captures. The first claim names the address itself, another one's place becomes the overlay of its endpoint: <c>vlan 20</c>,
/// <c>capture b.pcap</c>.
/// </summary>
internal sealed class Places
{
    private const string VlanWord = "vlan ", CaptureWord = "capture ";

    private readonly HashSet<Address> _shared = [];
    private readonly Dictionary<long, (Address End, string Place, string OtherPlace)> _placed = [];   // open conversations with an end elsewhere

    /// <summary>Is there any address that several machines share?</summary>
    public bool AreThere => _shared.Count > 0;

    /// <summary>Was it said on its own link that the address is this MAC's? A frame that came over a router says nothing.</summary>
    public static bool IsClaim(AssetFact fact) =>
        fact.Kind == FactKind.OwnedBy || fact.Kind == FactKind.SentBy && EndpointFacts.Mac(fact) is { Hops: 0, Mac.IsMac: true };

    /// <summary>Does the statement belong to the machine of this place?</summary>
    public static bool Holds(string place, AssetFact fact) => place.StartsWith(VlanWord, StringComparison.Ordinal)
        ? fact.Vlan.ToString(CultureInfo.InvariantCulture) == place[VlanWord.Length..]
        : fact.Evidence.Capture == place[CaptureWord.Length..];

    public static bool IsPlace(string overlay) =>
        overlay.StartsWith(VlanWord, StringComparison.Ordinal) || overlay.StartsWith(CaptureWord, StringComparison.Ordinal);

    /// <summary>VLANs where some addresses are others' than the first that claimed them.</summary>
    public static IEnumerable<int> VlansIn(MapRecord record)
    {
        var overlays = new HashSet<int>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++) overlays.Add(record.Endpoints[endpoint].Overlay);
        return overlays.Where(overlay => overlay != 0).Select(overlay => record.Texts[overlay])
            .Where(place => place.StartsWith(VlanWord, StringComparison.Ordinal))
            .Select(place => int.TryParse(place.AsSpan(VlanWord.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var vlan) ? vlan : -1)
            .Where(vlan => vlan >= 0).Order();
    }

    /// <summary>The address is claimed for several machines.</summary>
    public void Share(Address address) => _shared.Add(address);

    /// <summary>Goes on with the conversations that were placed before.</summary>
    public void Resume(Places before)
    {
        foreach (var (conversation, placed) in before._placed) _placed.Add(conversation, placed);
    }

    /// <summary>Decides, once for a conversation, where its ends are. What was told before stays where it was told.</summary>
    public void Decide(Conversation conversation, Func<Address, ImmutableArray<AssetFact>> factsOf,
        Func<Address, (Timestamp First, Timestamp Last)?> seen)
    {
        if (conversation.Overlay.Length > 0) return;
        var place = PlaceOf(conversation.Originator.Address, conversation, factsOf, seen);
        var other = PlaceOf(conversation.Responder.Address, conversation, factsOf, seen);
        if (place.Length + other.Length > 0) _placed[conversation.Number] = (conversation.Originator.Address, place, other);
    }

    /// <summary>The overlay of one of its ends.</summary>
    public string Of(Address end, Conversation conversation)
    {
        if (_placed.Count == 0 || !_placed.TryGetValue(conversation.Number, out var placed)) return conversation.Overlay;
        return end == placed.End ? placed.Place : placed.OtherPlace;
    }

    public void Forget(Conversation conversation)
    {
        if (_placed.Count > 0) _placed.Remove(conversation.Number);
    }

    private string PlaceOf(Address address, Conversation conversation, Func<Address, ImmutableArray<AssetFact>> factsOf,
        Func<Address, (Timestamp First, Timestamp Last)?> seen)
    {
        if (!_shared.Contains(address)) return "";
        AssetFact[] claims = [.. factsOf(address).Where(IsClaim)];
        var home = claims[0];
        if (conversation.Vlan == home.Vlan && conversation.Evidence.Capture == home.Evidence.Capture) return "";
        if (conversation.Vlan >= 0 && conversation.Vlan != home.Vlan)
            return IsAnother(claims, fact => fact.Vlan == home.Vlan, fact => fact.Vlan == conversation.Vlan)
                ? string.Create(CultureInfo.InvariantCulture, $"{VlanWord}{conversation.Vlan}")
                : "";
        if (conversation.Vlan != home.Vlan) return "";

        // The same VLAN number, or none, in another capture: a later capture may show the same place with another machine, one of the same time does
        // not.
        if (seen(address) is not { } span || conversation.Start < span.First || conversation.Start > span.Last) return "";
        var capture = conversation.Evidence.Capture;
        return IsAnother(claims, fact => fact.Evidence.Capture == home.Evidence.Capture, fact => fact.Evidence.Capture == capture)
            ? CaptureWord + capture
            : "";
    }

    private static bool IsAnother(AssetFact[] claims, Func<AssetFact, bool> isHome, Func<AssetFact, bool> isThere)
    {
        var home = claims.Where(isHome).Select(fact => EndpointFacts.Mac(fact).Mac).ToHashSet();
        Address[] there = [.. claims.Where(isThere).Select(fact => EndpointFacts.Mac(fact).Mac)];
        return there.Length > 0 && !there.Any(home.Contains);
    }
}
