using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// Segments for a site that declared none: private addresses by prefix (DHCP's mask where one was heard, else /24 and /64), the kind by what
/// machines there speak. Where controllers and office machines share a network, the controllers and those who poll them are a segment of their own.
/// Each carries its witnesses, and says that it is inferred.
/// </summary>
public static class SegmentInference
{
    private const int DefaultIPv4 = 24;
    private const int DefaultIPv6 = 64;

    /// <summary>Fewer reads than this is a visit, not polling.</summary>
    private const long Polling = 20;

    private enum Speaks : byte { Nothing, Office, Control, Metering }

    public static SegmentTable Infer(MapRecord record)
    {
        var speaks = WhatEachSpeaks(record);
        var masks = MasksOf(record);
        var groups = new SortedDictionary<Prefix, List<(Address Address, Speaks Speaks)>>();
        for (var endpoint = 0; endpoint < record.Endpoints.Count; endpoint++)
        {
            var address = record.Endpoints[endpoint].Address;
            if (!address.IsIp || !address.IsPrivate || address.IsGroup || address.IsLinkLocal || address.IsLoopback || address.IsUnspecified) continue;
            var prefix = PrefixOf(address, masks);
            if (!groups.TryGetValue(prefix, out var members)) groups.Add(prefix, members = []);
            members.Add((address, speaks[endpoint]));
        }

        return new(groups.SelectMany(group => SegmentsOf(group.Key, group.Value)));
    }

    private static IEnumerable<Segment> SegmentsOf(Prefix prefix, List<(Address Address, Speaks Speaks)> members)
    {
        var control = members.Where(member => member.Speaks == Speaks.Control).Select(member => member.Address).Distinct().Order().ToList();
        var metering = members.Count(member => member.Speaks == Speaks.Metering);
        var office = members.Count(member => member.Speaks == Speaks.Office);
        var witness = Count(members.Count, "address", "addresses") + " seen";
        if (control.Count > 0 && office > 0)
        {
            yield return new Segment($"{prefix} control", SegmentKind.Ot)
            {
                Prefixes = [.. control.Select(address => new Prefix(address, address.Family == AddressFamily.IPv4 ? 32 : 128))],
                Inferred = true,
                Witnesses = [Count(control.Count, "address", "addresses") + " serve or poll control protocols", $"in one network with {Count(office, "other", "others")}"],
            };
            yield return Named(prefix, SegmentKind.It, [witness, $"{Count(office, "address", "addresses")} use no control protocol"]);
            yield break;
        }

        yield return metering > control.Count ? Named(prefix, SegmentKind.Metering, [witness, Count(metering, "address speaks", "addresses speak") + " metering protocols"])
            : control.Count > 0 ? Named(prefix, SegmentKind.Ot, [witness, Count(control.Count, "address serves or polls", "addresses serve or poll") + " control protocols"])
            : Named(prefix, SegmentKind.It, [witness, "no control or metering protocol"]);
    }

    private static Segment Named(Prefix prefix, SegmentKind kind, ImmutableArray<string> witnesses) =>
        new(prefix.ToString(), kind) { Prefixes = [prefix], Inferred = true, Witnesses = witnesses };

    private static string Count(int count, string one, string many) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many)}");

    private static Speaks[] WhatEachSpeaks(MapRecord record)
    {
        var speaks = new Speaks[record.Endpoints.Count];
        for (var row = 0; row < record.Conduits.Count; row++)
        {
            ref readonly var conduit = ref record.Conduits[row];
            if (conduit.Conversations == 0 || !conduit.IsUsable) continue;
            var family = conduit.ServiceBasis == ServiceBasis.Payload ? record.Services[conduit.Service].Family() : ServiceFamily.Other;
            var server = family switch { ServiceFamily.Control => Speaks.Control, ServiceFamily.Metering => Speaks.Metering, _ => Speaks.Nothing };
            var isPolling = conduit.Effects >= 0 && record.Effects[conduit.Effects].Forward[Effect.Read] + record.Effects[conduit.Effects].Backward[Effect.Report] >= Polling;
            Raise(speaks, conduit.To, server);
            Raise(speaks, conduit.From, server == Speaks.Nothing || server == Speaks.Control && !isPolling ? Speaks.Office : server);
        }

        return speaks;
    }

    private static void Raise(Speaks[] speaks, int endpoint, Speaks what) => speaks[endpoint] = what > speaks[endpoint] ? what : speaks[endpoint];

    private static List<Prefix> MasksOf(MapRecord record) =>
    [
        .. record.Facts.Values.SelectMany(facts => facts).Where(fact => fact.Kind == FactKind.Network)
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
