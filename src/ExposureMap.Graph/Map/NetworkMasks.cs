using System.Collections.Immutable;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Map;

/// <summary>
/// How far the network of an address reaches at a site that declared none: as DHCP or a router told; else as far as machines ask for each other by
/// ARP, which nobody does for an address behind a router; else /24 and /64.
/// </summary>
internal sealed class NetworkMasks
{
    private const int UsualIPv4 = 24, UsualIPv6 = 64, Widest = 8;

    /// <summary>A MAC that speaks for so many addresses answers for others (proxy ARP).</summary>
    private const int StandInAddresses = 3;

    private readonly ImmutableArray<Mask> _told;
    private readonly ImmutableArray<Mask> _spanned;

    public NetworkMasks(MapRecord record, RouterTable routers)
    {
        _told = [.. Told(record).OrderByDescending(mask => mask.Prefix.Length)];
        _spanned = [.. routers.HasAny(FactKind.OnLink) ? Spanned(record, routers).OrderBy(mask => mask.Prefix.Length) : Enumerable.Empty<Mask>()];
    }

    /// <param name="IsUsual">Nothing told it.</param>
    public readonly record struct Mask(Prefix Prefix, string How, bool IsUsual = false);

    public Mask Of(Address address)
    {
        foreach (var mask in _told) if (mask.Prefix.Contains(address)) return mask;
        foreach (var mask in _spanned) if (mask.Prefix.Contains(address)) return mask;
        return new(Prefix.Around(address, address.Family == AddressFamily.IPv4 ? UsualIPv4 : UsualIPv6),
            "no mask was heard, the usual one is assumed", IsUsual: true);
    }

    private static IEnumerable<Mask> Told(MapRecord record) => record.Facts.OfKind(FactKind.Network)
        .Where(fact => Prefix.TryParse(fact.Value, out var prefix) && prefix.Length >= Widest)
        .Select(fact => new Mask(Prefix.TryParse(fact.Value, out var prefix) ? prefix : default, $"mask told by {fact.Source}"))
        .DistinctBy(mask => mask.Prefix);

    /// <summary>
    /// One machine with a wrong mask, or that asks for everything, proves nothing: somebody of either half must have asked for, or answered, the
    /// other.
    /// </summary>
    private static IEnumerable<Mask> Spanned(MapRecord record, RouterTable routers)
    {
        var asked = record.Facts.OfKind(FactKind.OnLink).Select(fact => (fact.Subject, fact.Vlan, Span: SpanOf(fact.Value)))
            .Where(one => one.Span.Prefix.Length >= Widest).ToList();
        var standIns = asked.Select(one => (one.Span.Mac, one.Subject)).Distinct().CountBy(one => one.Mac)
            .Where(mac => mac.Value >= StandInAddresses || routers.IsRouter(mac.Key)).Select(mac => mac.Key).ToHashSet();
        foreach (var span in asked.Where(one => !standIns.Contains(one.Span.Mac)).GroupBy(one => (one.Span.Prefix, one.Vlan)))
        {
            var lower = Prefix.Around(span.Key.Prefix.Network, span.Key.Prefix.Length + 1);
            Address[] low = [.. span.Select(one => one.Subject).Where(lower.Contains)],
                high = [.. span.Select(one => one.Subject).Where(subject => !lower.Contains(subject))];
            if (low.Length > 0 && high.Length > 0) yield return new(span.Key.Prefix, $"asked for each other by ARP: {low.Min()} and {high.Min()}");
        }
    }

    /// <summary><c>10.1.0.0/23 02:00:00:00:00:01</c>.</summary>
    private static (Prefix Prefix, Address Mac) SpanOf(string value)
    {
        var parts = value.Split(' ');
        return parts.Length == 2 && Prefix.TryParse(parts[0], out var prefix) && Address.TryParse(parts[1], out var mac) ? (prefix, mac) : default;
    }
}
