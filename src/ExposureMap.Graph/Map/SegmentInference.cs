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
public static class SegmentInference
{
    private const int DefaultIPv4 = 24;
    private const int DefaultIPv6 = 64;

    /// <summary>A MAC that sends for more public addresses than this stands for a network behind it.</summary>
    private const int MostOfOneMachine = 4;

    private enum Speaks : byte { Nothing, Office, Control, Metering }

    public static SegmentTable Infer(MapRecord record)
    {
        var speaks = WhatEachSpeaks(record, out var serves);
        var masks = MasksOf(record);
        var own = PublicOnOwnLink(record).Select(address => PrefixOf(address, masks)).ToHashSet();
        var groups = new SortedDictionary<Prefix, List<(Address Address, Speaks Speaks)>>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (!address.IsIp || address.IsGroup || address.IsLinkLocal || address.IsLoopback || address.IsUnspecified) continue;
            var prefix = PrefixOf(address, masks);
            var isInside = address.IsPrivate || own.Contains(prefix);
            if (!isInside && !serves[endpoint]) continue;            // of the Internet only what turns out to be a controller or a meter
            if (!isInside) prefix = Prefix.Around(address, address.Family == AddressFamily.IPv4 ? 32 : 128);
            if (!groups.TryGetValue(prefix, out var members)) groups.Add(prefix, members = []);
            members.Add((address, speaks[endpoint]));
        }

        return new(groups.SelectMany(group => SegmentsOf(group.Key, group.Value)));
    }

    private static IEnumerable<Segment> SegmentsOf(Prefix prefix, List<(Address Address, Speaks Speaks)> members)
    {
        var control = members.Where(member => member.Speaks == Speaks.Control).Select(member => member.Address).Distinct().Order().ToList();
        var meters = members.Where(member => member.Speaks == Speaks.Metering).Select(member => member.Address).Distinct().Order().ToList();
        var metering = meters.Count;
        var office = members.Count(member => member.Speaks == Speaks.Office);
        var witness = Count(members.Count, "address", "addresses") + " seen";
        if (control.Count + metering > 0 && office > 0)
        {
            if (control.Count > 0) yield return Part(prefix, "control", SegmentKind.Ot, control, office);
            if (metering > 0) yield return Part(prefix, "metering", SegmentKind.Metering, meters, office);
            yield return Named(prefix, SegmentKind.It, [witness, $"{Count(office, "address uses", "addresses use")} no control or metering protocol"]);
            yield break;
        }

        yield return metering > control.Count ? Named(prefix, SegmentKind.Metering, [witness, Count(metering, "address speaks", "addresses speak") + " metering protocols"])
            : control.Count > 0 ? Named(prefix, SegmentKind.Ot, [witness, Count(control.Count, "address serves or polls", "addresses serve or poll") + " control protocols"])
            : Named(prefix, SegmentKind.It, [witness, "no control or metering protocol"]);
    }

    private static Segment Part(Prefix prefix, string word, SegmentKind kind, List<Address> members, int others) => new($"{prefix} {word}", kind)
    {
        Prefixes = [.. members.Select(address => new Prefix(address, address.Family == AddressFamily.IPv4 ? 32 : 128))],
        Inferred = true,
        Witnesses = [$"{Count(members.Count, "address speaks", "addresses speak")} {word} protocols", $"in one network with {Count(others, "other", "others")}"],
    };

    private static Segment Named(Prefix prefix, SegmentKind kind, ImmutableArray<string> witnesses) =>
        new(prefix.ToString(), kind) { Prefixes = [prefix], Inferred = true, Witnesses = witnesses };

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
        var senders = record.Facts.OfKind(FactKind.OwnedBy, FactKind.SentBy).Where(fact => fact.Subject.IsIp && !fact.Subject.IsPrivate).ToLookup(fact => EndpointFacts.Mac(fact).Mac);
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
