using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Segments for a site that declared none: private addresses, and public ones of machines on a watched link, by prefix (DHCP's mask where one was
/// heard, else /24 and /64), the kind by what machines there speak. Where controllers and office machines share a network, the controllers and those who poll them are a segment of their own.
/// Each carries its witnesses, and says that it is inferred.
/// </summary>
internal static class SegmentInference
{
    private const int DefaultIPv4 = 24;
    private const int DefaultIPv6 = 64;

    /// <summary>A MAC that sends for more public addresses than this stands for a network behind it.</summary>
    private const int MostOfOneMachine = 4;

    private enum Speaks : byte { Nothing, Office, Control, Metering }

    /// <param name="machineOf">By endpoint.</param>
    public static SegmentTable Infer(MapRecord record, RouterTable routers, int[] machineOf)
    {
        var speaks = WhatEachSpeaks(record, out var serves);
        var networks = NetworksOf(record, serves);
        DualStack.Join(networks, record.Endpoints, machineOf, routers.HomeVlanOf);
        foreach (var network in networks.Values.Where(network => network.Witnesses.Count > 0)) SpeakAsOne([.. network.Members, .. network.Guests], machineOf, speaks);
        return new(networks.Values.SelectMany(network => SegmentsOf(network, record.Endpoints, speaks)));
    }

    private static SortedDictionary<Prefix, InferredNetwork> NetworksOf(MapRecord record, bool[] serves)
    {
        var masks = MasksOf(record);
        var own = PublicOnOwnLink(record).Select(address => PrefixOf(address, masks)).ToHashSet();
        var networks = new Dictionary<Prefix, InferredNetwork>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (!address.IsIp || address.IsGroup || address.IsLinkLocal || address.IsLoopback || address.IsUnspecified) continue;
            var prefix = PrefixOf(address, masks);
            var isInside = address.IsPrivate || own.Contains(prefix);
            if (!isInside && !serves[endpoint]) continue;            // of the Internet only what turns out to be a controller or a meter
            if (!isInside) prefix = Whole(address);
            if (!networks.TryGetValue(prefix, out var network)) networks.Add(prefix, network = new(prefix));
            network.Members.Add(endpoint);
        }

        return new(networks);
    }

    /// <summary>What a machine speaks from one of its addresses, it speaks.</summary>
    private static void SpeakAsOne(List<int> endpoints, int[] machineOf, Speaks[] speaks)
    {
        var most = new Dictionary<int, Speaks>();
        foreach (var endpoint in endpoints) if (most.GetValueOrDefault(machineOf[endpoint]) < speaks[endpoint]) most[machineOf[endpoint]] = speaks[endpoint];
        foreach (var endpoint in endpoints) if (machineOf[endpoint] >= 0) Raise(speaks, endpoint, most.GetValueOrDefault(machineOf[endpoint]));
    }

    private static IEnumerable<Segment> SegmentsOf(InferredNetwork network, Rows<EndpointRow> endpoints, Speaks[] speaks)
    {
        List<int> all = [.. network.Members, .. network.Guests];
        var (control, meters, office) = (Speaking(Speaks.Control), Speaking(Speaks.Metering), all.Count(endpoint => speaks[endpoint] == Speaks.Office));
        var witness = Count(all.Count, "address", "addresses") + " seen";
        if (control.Count + meters.Count > 0 && office > 0)
        {
            if (control.Count > 0) yield return Part(network, "control", SegmentKind.Ot, control, office);
            if (meters.Count > 0) yield return Part(network, "metering", SegmentKind.Metering, meters, office);
            yield return Named(SegmentKind.It, Guests(isInPart: speak => speak is Speaks.Control or Speaks.Metering), $"{Count(office, "address uses", "addresses use")} no control or metering protocol");
            yield break;
        }

        var guests = Guests(isInPart: _ => false);
        yield return meters.Count > control.Count ? Named(SegmentKind.Metering, guests, Count(meters.Count, "address speaks", "addresses speak") + " metering protocols")
            : control.Count > 0 ? Named(SegmentKind.Ot, guests, Count(control.Count, "address serves or polls", "addresses serve or poll") + " control protocols")
            : Named(SegmentKind.It, guests, "no control or metering protocol");

        List<Address> Speaking(Speaks what) => [.. all.Where(endpoint => speaks[endpoint] == what).Select(endpoint => endpoints[endpoint].Address).Distinct().Order()];

        IEnumerable<Prefix> Guests(Func<Speaks, bool> isInPart) =>
            network.Guests.Where(endpoint => !isInPart(speaks[endpoint])).Select(endpoint => endpoints[endpoint].Address).Distinct().Order().Select(Whole);

        Segment Named(SegmentKind kind, IEnumerable<Prefix> guests, string because) => new(network.Prefix.ToString(), kind)
        {
            Prefixes = [network.Prefix, .. network.Beside, .. guests],
            Inferred = true,
            Witnesses = [witness, because, .. network.Witnesses],
        };
    }

    private static Segment Part(InferredNetwork network, string word, SegmentKind kind, List<Address> members, int others) => new($"{network.Prefix} {word}", kind)
    {
        Prefixes = [.. members.Select(Whole)],
        Inferred = true,
        Witnesses = [$"{Count(members.Count, "address speaks", "addresses speak")} {word} protocols", $"in one network with {Count(others, "other", "others")}"],
    };

    private static Prefix Whole(Address address) => new(address, address.Family == AddressFamily.IPv4 ? 32 : 128);

    private static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    /// <param name="serves">Who answers a control or metering protocol.</param>
    private static Speaks[] WhatEachSpeaks(MapRecord record, out bool[] serves)
    {
        var speaks = new Speaks[record.Endpoints.Count];
        serves = new bool[record.Endpoints.Count];
        var (links, families) = (record.Links, record.Services.Select(service => service.Family()).ToArray());
        for (var row = 0; row < links.Count; row++)
        {
            var link = links[row];
            if (!link.Is(LinkMarks.Usable)) continue;
            var family = link.Is(LinkMarks.Payload) ? families[link.Service] : ServiceFamily.Other;
            var server = family switch { ServiceFamily.Control => Speaks.Control, ServiceFamily.Metering => Speaks.Metering, _ => Speaks.Nothing };
            serves[link.To] |= server != Speaks.Nothing;
            Raise(speaks, link.To, server);
            Raise(speaks, link.From, server == Speaks.Nothing || server == Speaks.Control && !link.Is(LinkMarks.Works) ? Speaks.Office : server);
        }

        return speaks;
    }

    /// <summary>Public addresses that a machine on a watched link claims as its own, or sends from without a hop: a site may well use such inside.</summary>
    private static HashSet<Address> PublicOnOwnLink(MapRecord record)
    {
        var senders = record.Facts.Where(row => row.Kind is FactKind.OwnedBy or FactKind.SentBy && row.Address is { IsIp: true, IsPrivate: false }).ToLookup(fact => EndpointFacts.Mac(fact).Mac);
        return [.. senders.Where(facts => facts.All(Places.IsClaim)).Select(facts => facts.Select(fact => fact.Subject).ToHashSet()).Where(own => own.Count <= MostOfOneMachine).SelectMany(own => own)];
    }

    private static void Raise(Speaks[] speaks, int endpoint, Speaks what) => speaks[endpoint] = what > speaks[endpoint] ? what : speaks[endpoint];

    private static List<Prefix> MasksOf(MapRecord record) =>
    [
        .. record.Facts.OfKind(FactKind.Network)
            .Select(fact => Prefix.TryParse(fact.Value, out var prefix) ? prefix : default).Where(prefix => prefix.Length >= 8).Distinct().OrderByDescending(prefix => prefix.Length),
    ];

    private static Prefix PrefixOf(Address address, List<Prefix> masks)
    {
        foreach (var mask in masks)
        {
            if (mask.Contains(address)) return mask;
        }

        return Prefix.Around(address, address.Family == AddressFamily.IPv4 ? DefaultIPv4 : DefaultIPv6);
    }
}
