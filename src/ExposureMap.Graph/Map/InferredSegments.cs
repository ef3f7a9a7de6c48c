using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Makes segments of the networks that were inferred: their kind by what is spoken there, their prefixes, and how all that is known.
/// </summary>
internal sealed class InferredSegments
{
    /// <summary>So many single addresses are listed as they are; more are told by prefixes.</summary>
    private const int MostListed = 16;

    private const int MostGateways = 3;

    private readonly MapRecord _record;
    private readonly RouterTable _routers;
    private readonly Speaks[] _speaks;
    private readonly HashSet<Address> _gateways;
    private readonly Lazy<Address[]> _everyone;

    public InferredSegments(MapRecord record, RouterTable routers, Speaks[] speaks)
    {
        (_record, _routers, _speaks) = (record, routers, speaks);
        _gateways = [.. GatewaysOf(record, routers)];
        _everyone = new(() => AddressesOf(Enumerable.Range(0, record.Endpoints.Count).Where(endpoint => record.Endpoints[endpoint].Address.IsIp)));
    }

    public IEnumerable<Segment> Of(InferredNetwork network)
    {
        List<int> all = [.. network.Members, .. network.Guests];
        var (control, meters, office) =
            (Speaking(all, Speaks.Control), Speaking(all, Speaks.Metering), all.Count(endpoint => _speaks[endpoint] == Speaks.Office));
        if (control.Length + meters.Length > 0 && office > 0 && network.Vlan < 0)
        {
            if (control.Length > 0) yield return Part(network, "control", SegmentKind.Ot, control, office);
            if (meters.Length > 0) yield return Part(network, "metering", SegmentKind.Metering, meters, office);
            yield return Named(network, SegmentKind.It, all, speak => speak is Speaks.Control or Speaks.Metering,
                $"{Count(office, "address uses", "addresses use")} no control or metering protocol");
            yield break;
        }

        yield return meters.Length > control.Length
            ? Named(network, SegmentKind.Metering, all, _ => false, Count(meters.Length, "address speaks", "addresses speak") + " metering protocols")
            : control.Length > 0
            ? Named(network, SegmentKind.Ot, all, _ => false,
                Count(control.Length, "address serves or polls", "addresses serve or poll") + " control protocols")
            : Named(network, SegmentKind.It, all, _ => false, "no control or metering protocol");
    }

    /// <summary>Few are a segment each; of many all controllers are one, and all meters.</summary>
    public IEnumerable<Segment> Outside(List<int> endpoints)
    {
        const string How = "on the Internet";
        var (control, meters) = (Speaking(endpoints, Speaks.Control), Speaking(endpoints, Speaks.Metering));
        foreach (var (word, kind, members) in new[] { ("control", SegmentKind.Ot, control), ("metering", SegmentKind.Metering, meters) })
        {
            if (control.Length + meters.Length <= MostListed)
                foreach (var one in members)
                    yield return new(Whole(one).ToString(), kind)
                    {
                        Prefixes = [Whole(one)],
                        Inferred = true,
                        Witnesses = [$"speaks {word} protocols", How]
                    };
            else if (members.Length > 0)
                yield return new($"internet {word}", kind)
                {
                    Prefixes = [.. PrefixCover.Of(members, _everyone.Value, [])],
                    Inferred = true,
                    Witnesses = [$"{Count(members.Length, "address speaks", "addresses speak")} {word} protocols", How],
                };
        }
    }

    private Address[] Speaking(List<int> endpoints, Speaks what) => AddressesOf(endpoints.Where(endpoint => _speaks[endpoint] == what));

    private Address[] AddressesOf(IEnumerable<int> endpoints) =>
        [.. endpoints.Select(endpoint => _record.Endpoints[endpoint].Address).Distinct().Order()];

    /// <param name="isElsewhere">Of what an address speaks: a part of the network has it.</param>
    private Segment Named(InferredNetwork network, SegmentKind kind, List<int> all, Func<Speaks, bool> isElsewhere, string because)
    {
        IEnumerable<string> witnesses = [Count(all.Count, "address", "addresses") + " seen", because, network.How, .. GatewaysIn(all),
            .. DistanceOf(all), .. network.Witnesses];
        if (network.Vlan >= 0)
            return new(string.Create(CultureInfo.InvariantCulture, $"vlan-{network.Vlan}"), kind)
            {
                Vlans = [network.Vlan],
                Inferred = true,
                Witnesses = [.. witnesses]
            };
        var guests = AddressesOf(network.Guests.Where(endpoint => !isElsewhere(_speaks[endpoint])));
        return new(network.Prefix.ToString(), kind)
        {
            Prefixes = [network.Prefix, .. network.Beside, .. PrefixesOf(guests, network)],
            Inferred = true,
            Witnesses = [.. witnesses]
        };
    }

    private Segment Part(InferredNetwork network, string word, SegmentKind kind, Address[] members, int others) =>
        new($"{network.Prefix} {word}", kind)
        {
            Prefixes = [.. PrefixesOf(members, network)],
            Inferred = true,
            Witnesses = [$"{Count(members.Length, "address speaks", "addresses speak")} {word} protocols",
            $"in one network with {Count(others, "other", "others")}"],
        };

    private IEnumerable<Prefix> PrefixesOf(Address[] addresses, InferredNetwork network) =>
        addresses.Length <= MostListed ? addresses.Select(Whole) : PrefixCover.Of(addresses, _everyone.Value, [network.Prefix, .. network.Beside]);

    private IEnumerable<string> GatewaysIn(List<int> endpoints)
    {
        if (_gateways.Count == 0) return [];
        return AddressesOf(endpoints.Where(endpoint => _gateways.Contains(_record.Endpoints[endpoint].Address))).Take(MostGateways)
            .Select(address => $"gateway {address}");
    }

    /// <summary>How many routers lie between it and what was watched, by the TTLs of what its machines sent.</summary>
    private IEnumerable<string> DistanceOf(List<int> endpoints)
    {
        List<int> hops = [.. endpoints.Select(_routers.HopsOf).OfType<int>()];
        if (hops.Count == 0) return [];
        var (least, most) = (hops.Min(), hops.Max());
        return [most == 0
            ? "on a watched link, by TTL"
            : $"{(least == most ? "" : $"{least.ToString(CultureInfo.InvariantCulture)} to ")}{Count(most, "hop", "hops")} from a watched link, by TTL"];
    }

    /// <summary>Who says that it is one, and whose MAC forwards.</summary>
    private static IEnumerable<Address> GatewaysOf(MapRecord record, RouterTable routers) =>
    [
        .. record.Facts.OfKind(FactKind.Role).Where(fact => fact.Value == "router").Select(fact => fact.Subject),
        .. routers.Routers.Any()
            ? record.Facts.Where(row => row.Kind == FactKind.OwnedBy).Where(fact => routers.IsRouter(EndpointFacts.Mac(fact).Mac))
                .Select(fact => fact.Subject)
            : [],
    ];

    private static Prefix Whole(Address address) => new(address, address.Family == AddressFamily.IPv4 ? 32 : 128);

    public static string Count(int count, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");
}
