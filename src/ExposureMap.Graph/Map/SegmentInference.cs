using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Segments for a site that declared none: private addresses, and public ones of machines on a watched link, by prefix (<see cref="NetworkMasks"/>,
/// cut by
/// <see cref="VlanCut"/>), the kind by what machines there speak. Where controllers and office machines share a network, the controllers and those
/// who poll them are a segment of their own. Each carries its witnesses, and says that it is inferred.
/// </summary>
internal static class SegmentInference
{
    /// <summary>A MAC that sends for more public addresses than this stands for a network behind it.</summary>
    private const int MostOfOneMachine = 4;

    /// <param name="machineOf">By endpoint.</param>
    public static SegmentTable Infer(MapRecord record, RouterTable routers, int[] machineOf)
    {
        var speaks = WhatEachSpeaks(record, out var serves);
        var networks = NetworksOf(record, machineOf, serves, new(record, routers), out var outside);
        var homes = HomeVlans(record, routers);
        var wires = homes is null ? [] : ReadVlans(record, homes, networks);
        DualStack.Join(networks, record.Endpoints, machineOf, endpoint => homes is null ? -1 : homes[endpoint]);
        foreach (var network in networks.Values.Where(network => network.IsDualStack))
            SpeakAsOne([.. network.Members, .. network.Guests], machineOf, speaks);
        var inferred = new InferredSegments(record, routers, speaks);
        return new([.. networks.Values.Concat(wires).SelectMany(inferred.Of), .. inferred.Outside(outside), .. OnTheLink(record, machineOf)]);
    }

    /// <summary>
    /// Machines without an IP address that publish to a group, or exchange, control messages on the link: IEDs with GOOSE, devices of real-time
    /// Ethernet.
    /// </summary>
    private static IEnumerable<Segment> OnTheLink(MapRecord record, int[] machineOf)
    {
        var (links, macs, withIp) = (record.Links, new HashSet<int>(), new HashSet<int>());
        var isControl = record.Services.Select(service => service.Transport == Transport.Ethernet && service.Family() == ServiceFamily.Control)
            .ToArray();
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

        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
            if (record.Endpoints[endpoint].Address.IsIp)
                withIp.Add(machineOf[endpoint]);
        macs.RemoveWhere(endpoint => withIp.Contains(machineOf[endpoint]));
        if (macs.Count > 0)
            yield return new("link-layer control", SegmentKind.Ot)
            {
                Macs = [.. macs.Select(endpoint => record.Endpoints[endpoint].Address).Distinct().Order()],
                Inferred = true,
                Witnesses = [$"{InferredSegments.Count(macs.Count, "machine", "machines")} without an IP address {(macs.Count == 1 ? "speaks" : "speak")} control protocols on the link"],
            };
    }

    /// <param name="outside">Machines of the Internet that serve a control or metering protocol: those behind a mobile network may be
    /// thousands.</param>
    private static SortedDictionary<Prefix, InferredNetwork> NetworksOf(MapRecord record, int[] machineOf, bool[] serves,
        NetworkMasks masks, out List<int> outside)
    {
        outside = [];
        var own = PublicOnOwnLink(record).Select(address => masks.Of(address).Prefix).ToHashSet();
        var networks = new Dictionary<Prefix, InferredNetwork>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (machineOf[endpoint] < 0) continue;                   // a network's broadcast address is nobody's
            if (!address.IsIp || address.IsGroup || address.IsLinkLocal || address.IsLoopback || address.IsUnspecified) continue;
            var mask = masks.Of(address);
            var isInside = address.IsPrivate || own.Contains(mask.Prefix);
            if (!isInside)
            {
                if (serves[endpoint]) outside.Add(endpoint);         // of the Internet only what turns out to be a controller or a meter
                continue;
            }

            if (!networks.TryGetValue(mask.Prefix, out var network))
                networks.Add(mask.Prefix, network = new(mask.Prefix, mask.How) { IsUsual = mask.IsUsual });
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
        foreach (var endpoint in endpoints)
            if (most.GetValueOrDefault(machineOf[endpoint]) < speaks[endpoint])
                most[machineOf[endpoint]] = speaks[endpoint];
        foreach (var endpoint in endpoints) if (machineOf[endpoint] >= 0) Raise(speaks, endpoint, most.GetValueOrDefault(machineOf[endpoint]));
    }

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

    /// <summary>
    /// Public addresses that a machine on a watched link claims as its own, or sends from without a hop: a site may well use such inside.
    /// </summary>
    private static HashSet<Address> PublicOnOwnLink(MapRecord record)
    {
        var senders = record.Facts.Where(row => row.Kind is FactKind.OwnedBy or FactKind.SentBy && row.Address is { IsIp: true, IsPrivate: false })
            .ToLookup(fact => EndpointFacts.Mac(fact).Mac);
        return [.. senders.Where(facts => facts.All(Places.IsClaim)).Select(facts => facts.Select(fact => fact.Subject).ToHashSet())
            .Where(own => own.Count <= MostOfOneMachine).SelectMany(own => own)];
    }

    private static void Raise(Speaks[] speaks, int endpoint, Speaks what) => speaks[endpoint] = what > speaks[endpoint] ? what : speaks[endpoint];
}
