using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Graph.Export;

/// <summary>For whom the rules of a cut are written.</summary>
public enum FirewallDialect : byte { Nftables, Cisco, Csv }

public static class FirewallDialects
{
    public static string[] Words { get; } = ["nftables", "cisco", "csv"];

    public static bool TryParse(string word, out FirewallDialect dialect)
    {
        var index = Array.IndexOf(Words, word);
        dialect = (FirewallDialect)Math.Max(index, 0);
        return index >= 0;
    }
}

/// <summary>
/// The rules that carry out a cut, to be pasted into a firewall: nftables (nft(8)), Cisco IOS extended access lists, or CSV for any other.
/// Names of machines come from the wire and stay out; addresses and numbers cannot carry anything, and names of segments are the site's own.
/// </summary>
public static class FirewallRules
{
    /// <summary>One thing to deny; an end without a prefix is any.</summary>
    private readonly record struct Denial(Prefix? From, Prefix? To, ServiceMatch Service, bool IsLocal = false)
    {
        public bool IsIpv6 => (From ?? To)?.Network.Family == AddressFamily.IPv6;

        public bool HasPorts =>
            Service.Transport is Transport.Tcp or Transport.Udp or Transport.Sctp && (Service.FirstPort, Service.LastPort) != (0, ushort.MaxValue);

        public string Protocol => Service.Transport switch
        {
            null => "ip",
            Transport.Ip => Service.FirstPort.ToString(CultureInfo.InvariantCulture),
            { } transport => new Service(transport, 0, "").TransportWord,
        };
    }

    /// <summary>One thing that such a firewall cannot be told.</summary>
    private readonly record struct Refusal(string Why, string From, string To, string Service)
    {
        public override string ToString() => $"{Why}: {From} -> {To} {Service}";
    }

    public static ImmutableArray<string> Write(FirewallDialect dialect, MapSnapshot map, CutUnit unit, ImmutableArray<int> cut)
    {
        var ends = unit == CutUnit.Assets
            ? cut.SelectMany(asset =>
                new (Asset?, Asset?, ServiceMatch)[] { (map.Assets[asset], null, ServiceMatch.Any), (null, map.Assets[asset], ServiceMatch.Any) })
                .SelectMany(Isolation)
            : cut.SelectMany(row => Severance(new(map, row)));
        var (rules, others) = (new List<Denial>(), new List<Refusal>());
        foreach (var (denial, refusal) in ends.Distinct())
        {
            if (refusal is { } one) others.Add(one);
            else rules.Add(denial);
        }

        if (rules.Count == 0 && others.Count == 0) return [];
        var notes = Notes(map, unit, cut);
        return dialect switch
        {
            FirewallDialect.Nftables => [.. notes.Select(note => $"# {note}"), .. others.Select(other => $"# {other}"), .. Nftables(rules)],
            FirewallDialect.Cisco =>
                [.. notes.Select(note => $"! {note}"), .. others.Select(other => $"! {other}"), .. Cisco(rules, isIpv6: false),
                    .. Cisco(rules, isIpv6: true)],
            _ => ["action,source,destination,protocol,port,service,note", .. rules.Select(Csv),
                .. others.Select(other => $"deny,{other.From},{other.To},,,{other.Service},{other.Why}")],
        };
    }

    /// <summary>What the rules cannot do, and what does it; none where they are enough.</summary>
    public static ImmutableArray<string> Notes(MapSnapshot map, CutUnit unit, ImmutableArray<int> cut) => FirewallNotes.Of(map, unit, cut);

    private static IEnumerable<(Denial Denial, Refusal? Refusal)> Severance(Conduit conduit)
    {
        var isLocal = FirewallNotes.IsWithinOneNetwork(conduit);
        if (!ServiceMatch.TryParse((conduit.Service.IsWide ? conduit.Service : conduit.Service with { Name = "" }).ToString(), out var service))
            service = ServiceMatch.Any;
        var (from, to) = (EndOf(conduit.Map, conduit.From, conduit.FromAddress), EndOf(conduit.Map, conduit.To, conduit.ToAddress));
        var refusal =
            new Refusal("not at a router", Name(conduit.Map, conduit.From, conduit.FromAddress), Name(conduit.Map, conduit.To, conduit.ToAddress),
                conduit.Service.ToString());
        if (from.Length * to.Length == 0 || service.Transport == Transport.Ethernet) yield return (default, refusal);
        else if (service.Transport is null && service.Protocol.Length > 0) yield return (default, refusal with { Why = "no port is named" });
        else
        {
            foreach (var source in from)
                foreach (var target in to)
                    if (source.Network.Family == target.Network.Family) yield return (new(source, target, service, isLocal), null);
        }
    }

    private static IEnumerable<(Denial Denial, Refusal? Refusal)> Isolation((Asset? From, Asset? To, ServiceMatch Service) end)
    {
        var asset = end.From ?? end.To!;
        var prefixes = asset.Addresses.SelectMany(address => EndOf(asset, address)).ToList();
        if (prefixes.Count == 0)
            yield return (default, new("not at a router", end.From?.Handle ?? "any", end.To?.Handle ?? "any", end.Service.ToString()));
        foreach (var prefix in prefixes) yield return (end.From is null ? new(null, prefix, end.Service) : new(prefix, null, end.Service), null);
    }

    private static ImmutableArray<Prefix> EndOf(MapSnapshot map, int asset, Address address) =>
        asset < 0 ? Host(address) : EndOf(map.Assets[asset], address);

    /// <summary>An address, or the prefixes of the segment that an asset stands for.</summary>
    private static ImmutableArray<Prefix> EndOf(Asset asset, Address address) => asset.IsStandIn ? asset.Segment.Prefixes : Host(address);

    private static ImmutableArray<Prefix> Host(Address address) =>
        address.IsIp ? [Prefix.Around(address, address.Family == AddressFamily.IPv4 ? 32 : 128)] : [];

    internal static string Name(MapSnapshot map, int asset, Address address) =>
        asset >= 0 && map.Assets[asset].IsStandIn ? map.Assets[asset].Handle : address.ToString();

    /// <summary>Before the site's own rules: a drop is final, whatever they accept.</summary>
    private static IEnumerable<string> Nftables(List<Denial> rules)
    {
        yield return "table inet exposuremap {";
        yield return "    chain cut {";
        yield return "        type filter hook forward priority -10; policy accept;";
        foreach (var rule in rules)
        {
            var family = rule.IsIpv6 ? "ip6" : "ip";
            var source = rule.From is { } from ? $"{family} saddr {Short(from)} " : "";
            var target = rule.To is { } to ? $"{family} daddr {Short(to)} " : "";
            yield return $"        {source}{target}{Match(rule)}counter drop";
        }

        yield return "    }";
        yield return "}";
    }

    private static string Match(Denial rule) => rule.Service.Transport switch
    {
        null => "",
        Transport.Icmp => rule.IsIpv6 ? "meta l4proto ipv6-icmp " : "meta l4proto icmp ",
        _ => rule.HasPorts ? $"{rule.Protocol} dport {Ports(rule, "-")} " : $"meta l4proto {rule.Protocol} ",
    };

    private static IEnumerable<string> Cisco(List<Denial> all, bool isIpv6)
    {
        var rules = all.Where(rule => rule.IsIpv6 == isIpv6).ToList();
        if (rules.Count == 0) yield break;
        yield return isIpv6 ? "ipv6 access-list EXPOSUREMAP-CUT-V6" : "ip access-list extended EXPOSUREMAP-CUT";
        foreach (var rule in rules)
        {
            var protocol = rule.Protocol switch { "ip" when isIpv6 => "ipv6", "sctp" => "132", var word => word };
            var port = !rule.HasPorts || protocol == "132"
                ? ""
                : rule.Service.FirstPort == rule.Service.LastPort
                ? $" eq {Ports(rule, "")}"
                : $" range {Ports(rule, " ")}";
            yield return $" deny {protocol} {Wildcard(rule.From)} {Wildcard(rule.To)}{port}";
        }

        yield return isIpv6 ? " permit ipv6 any any" : " permit ip any any";
    }

    /// <summary>Inverted masks for IPv4, prefixes for IPv6.</summary>
    private static string Wildcard(Prefix? end)
    {
        if (end is not { } prefix) return "any";
        if (prefix.Length == prefix.Width) return $"host {prefix.Network}";
        return prefix.Width == 128
            ? prefix.ToString()
            : $"{prefix.Network} {Address.IPv4((uint)(prefix.Last.Number.Low - prefix.Network.Number.Low))}";
    }

    private static string Ports(Denial rule, string between) => rule.Service.FirstPort == rule.Service.LastPort
        ? rule.Service.FirstPort.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{rule.Service.FirstPort}{between}{rule.Service.LastPort}");

    private static string Short(Prefix prefix) => prefix.Length == prefix.Width ? prefix.Network.ToString() : prefix.ToString();

    private static string Csv(Denial rule) =>
        $"deny,{Any(rule.From)},{Any(rule.To)},{rule.Protocol},{(rule.HasPorts ? Ports(rule, "-") : "")},{rule.Service},{(rule.IsLocal ? FirewallNotes.OfRule : "")}";

    private static string Any(Prefix? end) => end is { } prefix ? Short(prefix) : "any";
}
