using System.Collections.Frozen;

namespace ExposureMap.Graph.Observation;

/// <summary>
/// Services to pivot ranks. Remote access, execution, file transfer, databases and directories have a rank of their own, which what was seen
/// done can only raise. Everything else, field protocols above all, goes by what was seen done: program, admin and control execute, write
/// transfers, the rest is <see cref="PivotRank.Data"/>. A service that nobody recognised is <see cref="PivotRank.Data"/> too: that it cannot be
/// used to move on was not shown. A site's own word wins over all of it.
/// </summary>
public sealed class PivotTable
{
    public static readonly PivotTable Default = new(FrozenDictionary<string, PivotRank>.Empty);

    private static readonly FrozenDictionary<string, PivotRank> ByName = Ranked(
        (PivotRank.Interactive, "rdp ssh rfb telnet teamviewer anydesk radmin nomachine ica ipmi ipsec ike openvpn wireguard"),
        (PivotRank.Execute, "winrm svcctl atsvc winreg wmi dcom adb rsh rexec rlogin socks http-proxy"),
        (PivotRank.Transfer, "smb http ssl ftp ftp-data tftp nfs rsync afp"),
        (PivotRank.Data, "dce_rpc tds mssql tns oracle mysql postgresql pi mqtt amqp"),
        (PivotRank.None,
            "ldap krb krb_tcp ntlm kpasswd dns mdns llmnr nbns ntp ptp syslog netflow ipfix radius dhcp dhcpv6 snmp icmp igmp arp ssdp ws-discovery"));

    // Only where no protocol was recognised. IANA service names registry, except where a vendor's habit is named.
    private static readonly FrozenDictionary<(Transport, ushort), string> ByPort = new Dictionary<(Transport, ushort), string>
    {
        [(Transport.Tcp, 22)] = "ssh",
        [(Transport.Tcp, 23)] = "telnet",
        [(Transport.Tcp, 3389)] = "rdp",
        [(Transport.Udp, 3389)] = "rdp",
        [(Transport.Tcp, 5900)] = "rfb",
        [(Transport.Tcp, 5901)] = "rfb",
        [(Transport.Tcp, 5938)] = "teamviewer",
        [(Transport.Udp, 5938)] = "teamviewer",
        [(Transport.Tcp, 7070)] = "anydesk",       // AnyDesk's direct connections; not registered for it
        [(Transport.Tcp, 4899)] = "radmin",
        [(Transport.Tcp, 4000)] = "nomachine",
        [(Transport.Tcp, 1494)] = "ica",
        [(Transport.Tcp, 2598)] = "ica",
        [(Transport.Udp, 623)] = "ipmi",
        [(Transport.Udp, 500)] = "ike",
        [(Transport.Udp, 4500)] = "ipsec",
        [(Transport.Udp, 1194)] = "openvpn",
        [(Transport.Tcp, 1194)] = "openvpn",
        [(Transport.Udp, 51820)] = "wireguard",    // WireGuard's examples; not registered
        [(Transport.Tcp, 5985)] = "winrm",
        [(Transport.Tcp, 5986)] = "winrm",
        [(Transport.Tcp, 5555)] = "adb",           // adb over TCP; registered for another service
        [(Transport.Tcp, 512)] = "rexec",
        [(Transport.Tcp, 513)] = "rlogin",
        [(Transport.Tcp, 514)] = "rsh",
        [(Transport.Tcp, 1080)] = "socks",
        [(Transport.Tcp, 3128)] = "http-proxy",    // Squid
        [(Transport.Tcp, 135)] = "dce_rpc",
        [(Transport.Tcp, 139)] = "smb",
        [(Transport.Tcp, 445)] = "smb",
        [(Transport.Tcp, 80)] = "http",
        [(Transport.Tcp, 443)] = "ssl",
        [(Transport.Tcp, 8080)] = "http",
        [(Transport.Tcp, 8443)] = "ssl",
        [(Transport.Tcp, 21)] = "ftp",
        [(Transport.Tcp, 20)] = "ftp-data",
        [(Transport.Udp, 69)] = "tftp",
        [(Transport.Tcp, 2049)] = "nfs",
        [(Transport.Tcp, 873)] = "rsync",
        [(Transport.Tcp, 548)] = "afp",
        [(Transport.Tcp, 389)] = "ldap",
        [(Transport.Tcp, 636)] = "ldap",
        [(Transport.Tcp, 88)] = "krb",
        [(Transport.Udp, 88)] = "krb",
        [(Transport.Tcp, 464)] = "kpasswd",
        [(Transport.Udp, 464)] = "kpasswd",
        [(Transport.Udp, 161)] = "snmp",
        [(Transport.Udp, 162)] = "snmp",
        [(Transport.Udp, 53)] = "dns",
        [(Transport.Tcp, 53)] = "dns",
        [(Transport.Udp, 123)] = "ntp",
        [(Transport.Udp, 514)] = "syslog",
        [(Transport.Udp, 2055)] = "netflow",
        [(Transport.Udp, 4739)] = "ipfix",
        [(Transport.Udp, 1812)] = "radius",
        [(Transport.Udp, 1813)] = "radius",
        [(Transport.Udp, 67)] = "dhcp",
        [(Transport.Udp, 68)] = "dhcp",
        [(Transport.Udp, 137)] = "nbns",
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<string, PivotRank> _overrides;

    /// <param name="overrides">The site's own ranks, by the name of a protocol or by carrier (<c>tcp/7001</c>).</param>
    public PivotTable(IEnumerable<KeyValuePair<string, PivotRank>> overrides) => _overrides = overrides.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The protocols that have a rank of their own.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>What is spoken on well-known ports, where nothing else tells.</summary>
    public static IEnumerable<Service> Registered => ByPort.Select(one => new Service(one.Key.Item1, one.Key.Item2, one.Value));

    public IReadOnlyDictionary<string, PivotRank> Overrides => _overrides;

    /// <param name="responder">Where it leads, when known: a group or a broadcast is no machine, and frames without IP cross no router.</param>
    public PivotRank Of(Service service, in EffectTally effects, Address responder = default)
    {
        if (responder.IsGroup || service.Transport is Transport.Ethernet) return PivotRank.None;
        if (_overrides.Count > 0 && Overridden(service) is { } declared) return declared;

        var name = service.Name.Length > 0 ? service.Name : ByPort.GetValueOrDefault((service.Transport, service.Port), "");
        if (service.Transport is Transport.Icmp && name.Length == 0) name = "icmp";
        return Stronger(OwnRank(name), Shown(effects));
    }

    /// <summary>The strongest of the services that a permission lets through, as far as their ports tell.</summary>
    public PivotRank StrongestOf(Func<Service, bool> isPermitted)
    {
        var strongest = PivotRank.Data;                           // what else it lets through is not known
        foreach (var (transport, port) in ByPort.Keys)
            if (new Service(transport, port, "") is var service && isPermitted(service)) strongest = Stronger(strongest, Of(service, default));
        return strongest;
    }

    /// <summary>
    /// The strongest rank of the protocols inside one another: svcctl inside dce_rpc inside smb executes. TLS counts only where nothing inside
    /// it is known: then it may be a device's web page.
    /// </summary>
    private static PivotRank OwnRank(string name)
    {
        var protocols = name.StartsWith("ssl,", StringComparison.Ordinal) ? name.AsSpan("ssl,".Length) : name;
        var strongest = PivotRank.None;
        foreach (var part in protocols.Split(','))
        {
            if (!ByName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(protocols[part], out var rank)) rank = PivotRank.Data;
            strongest = Stronger(strongest, rank);
        }

        return strongest;
    }

    private static PivotRank Shown(in EffectTally effects)
    {
        if (effects[Effect.Program] + effects[Effect.Control] + effects[Effect.Admin] > 0) return PivotRank.Execute;
        return effects[Effect.Write] > 0 ? PivotRank.Transfer : PivotRank.None;
    }

    private PivotRank? Overridden(Service service)
    {
        if (_overrides.TryGetValue(new Service(service.Transport, service.Port, "").ToString(), out var rank)) return rank;
        if (_overrides.TryGetValue(service.Name, out rank)) return rank;
        return _overrides.TryGetValue(service.Innermost, out rank) ? rank : null;
    }

    private static PivotRank Stronger(PivotRank left, PivotRank right) => left > right ? left : right;

    private static FrozenDictionary<string, PivotRank> Ranked(params (PivotRank Rank, string Names)[] rows) => rows
        .SelectMany(row => row.Names.Split(' ').Select(name => KeyValuePair.Create(name, row.Rank)))
        .ToFrozenDictionary(StringComparer.Ordinal);
}
