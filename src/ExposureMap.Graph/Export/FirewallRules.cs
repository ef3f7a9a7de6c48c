using System.Collections.Immutable;
using System.Globalization;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;

namespace ExposureMap.Graph.Export;

/// <summary>For whom the rules of a cut are written.</summary>
public enum FirewallDialect : byte { Nftables, Cisco, Csv }

/// <summary>
/// The rules that carry out a cut, to be pasted into a firewall: nftables (nft(8)), Cisco IOS extended access lists, or CSV for any other.
/// Names of machines come from the wire and stay out; addresses and numbers cannot carry anything.
/// </summary>
public static class FirewallRules
{
    /// <summary>One thing to deny; a source or target of <see cref="Address.None"/> is any, a null service is everything.</summary>
    private readonly record struct Denial(Address From, Address To, Service? Service)
    {
        public bool IsRoutable => (From == Address.None || From.IsIp) && (To == Address.None || To.IsIp);

        public bool IsIpv6 => From.Family == AddressFamily.IPv6 || To.Family == AddressFamily.IPv6;

        public string Protocol => Service is not { } service ? "ip" : service.Transport switch
        {
            Transport.Ip => service.Port.ToString(CultureInfo.InvariantCulture),
            _ => service.TransportWord,
        };

        public ushort Port => Service is { Transport: Transport.Tcp or Transport.Udp or Transport.Sctp } service ? service.Port : (ushort)0;
    }

    public static ImmutableArray<string> Write(FirewallDialect dialect, MapSnapshot map, CutUnit unit, ImmutableArray<int> cut)
    {
        var denials = (unit == CutUnit.Assets ? cut.SelectMany(asset => Isolation(map.Assets[asset])) : cut.Select(row => Of(new Conduit(map, row)))).Distinct().ToList();
        var rules = denials.Where(denial => denial.IsRoutable).ToList();
        var others = denials.Where(denial => !denial.IsRoutable).Select(denial => $"not at a router: {denial.From} -> {denial.To} {denial.Service}").ToList();
        if (rules.Count == 0 && others.Count == 0) return [];
        return dialect switch
        {
            FirewallDialect.Nftables => [.. others.Select(other => "# " + other), .. Nftables(rules)],
            FirewallDialect.Cisco => [.. others.Select(other => "! " + other), .. Cisco(rules, isIpv6: false), .. Cisco(rules, isIpv6: true)],
            _ => ["action,source,destination,protocol,port,service", .. denials.Select(Csv)],
        };
    }

    private static Denial Of(Conduit conduit) => new(conduit.FromAddress, conduit.ToAddress, conduit.Service with { Name = "" });

    private static IEnumerable<Denial> Isolation(Asset asset) =>
        asset.Addresses.Where(address => address.IsIp).SelectMany(address => new Denial[] { new(address, Address.None, null), new(Address.None, address, null) });

    /// <summary>Before the site's own rules: a drop is final, whatever they accept.</summary>
    private static IEnumerable<string> Nftables(List<Denial> rules)
    {
        yield return "table inet exposuremap {";
        yield return "    chain cut {";
        yield return "        type filter hook forward priority -10; policy accept;";
        foreach (var rule in rules)
        {
            var family = rule.IsIpv6 ? "ip6" : "ip";
            var source = rule.From == Address.None ? "" : $"{family} saddr {rule.From} ";
            var target = rule.To == Address.None ? "" : $"{family} daddr {rule.To} ";
            yield return $"        {source}{target}{Match(rule)}counter drop";
        }

        yield return "    }";
        yield return "}";
    }

    private static string Match(Denial rule)
    {
        if (rule.Service is not { } service) return "";
        return service.Transport switch
        {
            Transport.Icmp => rule.IsIpv6 ? "meta l4proto ipv6-icmp " : "meta l4proto icmp ",
            Transport.Ip => $"meta l4proto {rule.Protocol} ",
            _ => string.Create(CultureInfo.InvariantCulture, $"{rule.Protocol} dport {rule.Port} "),
        };
    }

    private static IEnumerable<string> Cisco(List<Denial> all, bool isIpv6)
    {
        var rules = all.Where(rule => rule.IsIpv6 == isIpv6).ToList();
        if (rules.Count == 0) yield break;
        yield return isIpv6 ? "ipv6 access-list EXPOSUREMAP-CUT-V6" : "ip access-list extended EXPOSUREMAP-CUT";
        foreach (var rule in rules)
        {
            var protocol = rule.Protocol switch { "ip" when isIpv6 => "ipv6", "sctp" => "132", var word => word };
            var port = rule.Port == 0 || protocol == "132" ? "" : string.Create(CultureInfo.InvariantCulture, $" eq {rule.Port}");
            yield return $" deny {protocol} {Host(rule.From)} {Host(rule.To)}{port}";
        }

        yield return isIpv6 ? " permit ipv6 any any" : " permit ip any any";
    }

    private static string Host(Address address) => address == Address.None ? "any" : $"host {address}";

    private static string Csv(Denial rule)
    {
        var port = rule.Port == 0 ? "" : rule.Port.ToString(CultureInfo.InvariantCulture);
        return $"deny,{Any(rule.From)},{Any(rule.To)},{rule.Protocol},{port},{rule.Service?.ToString() ?? "any"}";
    }

    private static string Any(Address address) => address == Address.None ? "any" : address.ToString();
}
