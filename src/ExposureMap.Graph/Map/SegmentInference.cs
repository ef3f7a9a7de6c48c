using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Segments for a site that declared none: private addresses, and public ones of machines on a watched link, by prefix (<see cref="NetworkMasks"/>, cut by
/// <see cref="VlanCut"/>), the kind by what machines there speak. Where controllers and office machines share a network, the controllers and those who poll them are a segment of their own.
/// Each carries its witnesses, and says that it is inferred.
/// </summary>
internal sealed class SegmentInference
{
    /// <summary>So many single addresses are listed as they are; more are told by prefixes.</summary>
    private const int MostListed = 16;

    private const int MostGateways = 3;

    /// <summary>A MAC that sends for more public addresses than this stands for a network behind it.</summary>
    private const int MostOfOneMachine = 4;

    private readonly MapRecord _record;
    private readonly Speaks[] _speaks;
    private readonly HashSet<Address> _gateways;
    private readonly Lazy<Address[]> _everyone;

    private SegmentInference(MapRecord record, RouterTable routers, Speaks[] speaks)
    {
        (_record, _speaks) = (record, speaks);
        _gateways = [.. GatewaysOf(record, routers)];
        _everyone = new(() => AddressesOf(Enumerable.Range(0, record.Endpoints.Count).Where(endpoint => record.Endpoints[endpoint].Address.IsIp)));
    }

    private enum Speaks : byte { Nothing, Office, Control, Metering }

    /// <param name="machineOf">By endpoint.</param>
    public static SegmentTable Infer(MapRecord record, RouterTable routers, int[] machineOf)
    {
        var speaks = WhatEachSpeaks(record, out var serves);
        var networks = NetworksOf(record, machineOf, serves, new(record, routers));
        var homes = HomeVlans(record, routers);
        var wires = homes is null ? [] : ReadVlans(record, homes, networks);
        DualStack.Join(networks, record.Endpoints, machineOf, endpoint => homes is null ? -1 : homes[endpoint]);
        foreach (var network in networks.Values.Where(network => network.IsDualStack)) SpeakAsOne([.. network.Members, .. network.Guests], machineOf, speaks);
        var inference = new SegmentInference(record, routers, speaks);
        return new([.. networks.Values.Concat(wires).SelectMany(inference.SegmentsOf), .. OnTheLink(record, machineOf)]);
    }

    /// <summary>Machines without an IP address that publish to a group, or exchange, control messages on the link: IEDs with GOOSE, devices of real-time Ethernet.</summary>
    private static IEnumerable<Segment> OnTheLink(MapRecord record, int[] machineOf)
    {
        var (links, macs, withIp) = (record.Links, new HashSet<int>(), new HashSet<int>());
        var isControl = record.Services.Select(service => service.Transport == Transport.Ethernet && service.Family() == ServiceFamily.Control).ToArray();
        if (!isControl.Contains(true)) yield break;
        for (var row = 0; row < links.Count; row++)
        {
            var link = links[row];
            if (!isControl[link.Service] || !link.Is(LinkMarks.Payload)) continue;
            var isPublished = record.Endpoints[link.To].Address.IsGroup;
            if (isPublished && record.Services[link.Service].Speaks("profinet-dcp")) continue;      // who looks for devices need not be one
            if (isPublished || link.Is(LinkMarks.Usable)) macs.Add(link.From);
            if (!isPublished && link.Is(LinkMarks.Usable)) macs.Add(link.To);
        }

        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++) if (record.Endpoints[endpoint].Address.IsIp) withIp.Add(machineOf[endpoint]);
        macs.RemoveWhere(endpoint => withIp.Contains(machineOf[endpoint]));
        if (macs.Count > 0)
            yield return new("link-layer control", SegmentKind.Ot)
            {
                Macs = [.. macs.Select(endpoint => record.Endpoints[endpoint].Address).Distinct().Order()],
                Inferred = true,
                Witnesses = [$"{Count(macs.Count, "machine", "machines")} without an IP address {(macs.Count == 1 ? "speaks" : "speak")} control protocols on the link"],
            };
    }

    private static SortedDictionary<Prefix, InferredNetwork> NetworksOf(MapRecord record, int[] machineOf, bool[] serves, NetworkMasks masks)
    {
        var own = PublicOnOwnLink(record).Select(address => masks.Of(address).Prefix).ToHashSet();
        var networks = new Dictionary<Prefix, InferredNetwork>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (machineOf[endpoint] < 0) continue;                   // a network's broadcast address is nobody's
            if (!address.IsIp || address.IsGroup || address.IsLinkLocal || address.IsLoopback || address.IsUnspecified) continue;
            var mask = masks.Of(address);
            var isInside = address.IsPrivate || own.Contains(mask.Prefix);
            if (!isInside && !serves[endpoint]) continue;            // of the Internet only what turns out to be a controller or a meter
            if (!isInside) mask = new(Whole(address), "a machine of the Internet");
            if (!networks.TryGetValue(mask.Prefix, out var network)) networks.Add(mask.Prefix, network = new(mask.Prefix, mask.How) { IsUsual = mask.IsUsual });
            network.Members.Add(endpoint);
        }

        return new(networks);
    }

    /// <summary>By endpoint the VLAN that its address lives in; null where none was seen at all.</summary>
    private static int[]? HomeVlans(MapRecord record, RouterTable routers)
    {
        var rows = record.Facts.Rows;
        var row = 0;
        while (row < rows.Count && rows[row].Vlan < 0) row++;
        return row == rows.Count ? null : [.. Enumerable.Range(0, record.Endpoints.Count).Select(routers.HomeVlanOf)];
    }

    /// <returns>Networks that no prefix tells apart.</returns>
    private static List<InferredNetwork> ReadVlans(MapRecord record, int[] homes, SortedDictionary<Prefix, InferredNetwork> networks)
    {
        var cut = new VlanCut(networks, record.Endpoints, homes);
        var wires = Places.VlansIn(record).Select(cut.TakeOut).Where(wire => wire.Members.Count > 0).ToList();
        cut.Cut();
        return wires;
    }

    /// <summary>What a machine speaks from one of its addresses, it speaks.</summary>
    private static void SpeakAsOne(List<int> endpoints, int[] machineOf, Speaks[] speaks)
    {
        var most = new Dictionary<int, Speaks>();
        foreach (var endpoint in endpoints) if (most.GetValueOrDefault(machineOf[endpoint]) < speaks[endpoint]) most[machineOf[endpoint]] = speaks[endpoint];
        foreach (var endpoint in endpoints) if (machineOf[endpoint] >= 0) Raise(speaks, endpoint, most.GetValueOrDefault(machineOf[endpoint]));
    }

    private IEnumerable<Segment> SegmentsOf(InferredNetwork network)
    {
        List<int> all = [.. network.Members, .. network.Guests];
        var (control, meters, office) = (Speaking(all, Speaks.Control), Speaking(all, Speaks.Metering), all.Count(endpoint => _speaks[endpoint] == Speaks.Office));
        if (control.Length + meters.Length > 0 && office > 0 && network.Vlan < 0)
        {
            if (control.Length > 0) yield return Part(network, "control", SegmentKind.Ot, control, office);
            if (meters.Length > 0) yield return Part(network, "metering", SegmentKind.Metering, meters, office);
            yield return Named(network, SegmentKind.It, all, speak => speak is Speaks.Control or Speaks.Metering, $"{Count(office, "address uses", "addresses use")} no control or metering protocol");
            yield break;
        }

        yield return meters.Length > control.Length ? Named(network, SegmentKind.Metering, all, _ => false, Count(meters.Length, "address speaks", "addresses speak") + " metering protocols")
            : control.Length > 0 ? Named(network, SegmentKind.Ot, all, _ => false, Count(control.Length, "address serves or polls", "addresses serve or poll") + " control protocols")
            : Named(network, SegmentKind.It, all, _ => false, "no control or metering protocol");
    }

    private Address[] Speaking(List<int> endpoints, Speaks what) => AddressesOf(endpoints.Where(endpoint => _speaks[endpoint] == what));

    private Address[] AddressesOf(IEnumerable<int> endpoints) => [.. endpoints.Select(endpoint => _record.Endpoints[endpoint].Address).Distinct().Order()];

    /// <param name="isElsewhere">Of what an address speaks: a part of the network has it.</param>
    private Segment Named(InferredNetwork network, SegmentKind kind, List<int> all, Func<Speaks, bool> isElsewhere, string because)
    {
        IEnumerable<string> witnesses = [Count(all.Count, "address", "addresses") + " seen", because, network.How, .. GatewaysIn(all), .. network.Witnesses];
        if (network.Vlan >= 0)
            return new(string.Create(CultureInfo.InvariantCulture, $"vlan-{network.Vlan}"), kind) { Vlans = [network.Vlan], Inferred = true, Witnesses = [.. witnesses] };
        var guests = AddressesOf(network.Guests.Where(endpoint => !isElsewhere(_speaks[endpoint])));
        return new(network.Prefix.ToString(), kind) { Prefixes = [network.Prefix, .. network.Beside, .. PrefixesOf(guests, network)], Inferred = true, Witnesses = [.. witnesses] };
    }

    private Segment Part(InferredNetwork network, string word, SegmentKind kind, Address[] members, int others) => new($"{network.Prefix} {word}", kind)
    {
        Prefixes = [.. PrefixesOf(members, network)],
        Inferred = true,
        Witnesses = [$"{Count(members.Length, "address speaks", "addresses speak")} {word} protocols", $"in one network with {Count(others, "other", "others")}"],
    };

    private IEnumerable<Prefix> PrefixesOf(Address[] addresses, InferredNetwork network) =>
        addresses.Length <= MostListed ? addresses.Select(Whole) : PrefixCover.Of(addresses, _everyone.Value, [network.Prefix, .. network.Beside]);

    private IEnumerable<string> GatewaysIn(List<int> endpoints)
    {
        if (_gateways.Count == 0) return [];
        return AddressesOf(endpoints.Where(endpoint => _gateways.Contains(_record.Endpoints[endpoint].Address))).Take(MostGateways).Select(address => $"gateway {address}");
    }

    /// <summary>Who says that it is one, and whose MAC forwards.</summary>
    private static IEnumerable<Address> GatewaysOf(MapRecord record, RouterTable routers) =>
    [
        .. record.Facts.OfKind(FactKind.Role).Where(fact => fact.Value == "router").Select(fact => fact.Subject),
        .. routers.Routers.Any() ? record.Facts.Where(row => row.Kind == FactKind.OwnedBy).Where(fact => routers.IsRouter(EndpointFacts.Mac(fact).Mac)).Select(fact => fact.Subject) : [],
    ];

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
}
