using System.Collections.Immutable;
using System.Text;
using ExposureMap.Configuration;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Tests.Configuration;

public class ConfigurationFileTests
{
    internal const string EveryKey = """
        segments:
          - name: corporate
            kind: it
            prefixes: [10.10.0.0/16, "2001:db8:10::/48"]
          - name: historian-dmz
            kind: dmz
            prefixes: [10.50.0.0/24]
          - name: substation-7
            kind: ot
            level: 2                    # Purdue level, optional
            prefixes: [10.70.0.0/16]
            vlans: [701, 702]
            macs: ["00:30:a7:00:00:01"]
        policy:                         # what may be; all else across segments is a finding
          - from: corporate
            to: historian-dmz
            services: [tcp/443, "tcp/502 modbus", acme-headend]
            until: 2027-03-31
            owner: network team
          - from: historian-dmz
            to: internet
            services: [any]
        accepted:                       # findings that someone answers for
          - finding: EM001
            path: "10.10.4.20 -> 10.70.1.5"
            because: "vendor remote support, change 4711"
            until: 2027-03-31
        catalogue:
          - port: tcp/7001
            prefix: 10.90.0.0/20
            name: acme-headend
            kind: metering
        capture:
          sensor: north
          interfaces:
            - name: eth1
              filter: not port 22
              snaplen: 2048
            - name: eth2
        store: /var/lib/exposuremap/map.db
        memory: 2GiB
        span: 90d
        expiry: 180d
        api: { listen: "[::1]:9000" }
        findings: { log: findings.ndjson, age: 12h, baseline: monday }
        costs: { transfer: 5, none: 100 }
        pivot: { acme-headend: execute, tcp/7002: none }
        """;

    [Fact]
    public void Read_EveryKey_IsInTheConfiguration()
    {
        var site = Accept(EveryKey);

        Assert.Equal("substation-7", site.Segments.Find(Address.IPv4(0), 702).Name);
        Assert.Equal(2, site.Segments.Named("substation-7")?.Level);
        var expired = Timestamp.From(new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero));
        var (corporate, dmz) = (site.Segments.Named("corporate")!, site.Segments.Named("historian-dmz")!);
        Assert.Equal("network team", site.Policy.Allowing(corporate, dmz, new(Transport.Tcp, 443, "ssl"), Timestamp.Beginning)?.Owner);
        Assert.Null(site.Policy.Allowing(corporate, dmz, new(Transport.Tcp, 443, "ssl"), expired));
        var accepted = Assert.Single(site.Accepted);
        Assert.Equal(("EM001", "10.10.4.20", "10.70.1.5"), (accepted.Rule, accepted.From, accepted.To));
        Assert.Equal(("vendor remote support, change 4711", "2027-03-31"), (accepted.Because, accepted.Until.ToString()));
        var service = Assert.Single(site.Catalogue);
        Assert.Equal(("acme-headend", SegmentKind.Metering), (service.Name, service.Kind));
        Assert.True(service.Matches(new(Transport.Tcp, 7001, ""), Address.IPv4(0x0A5A0005)));
        Assert.False(service.Matches(new(Transport.Tcp, 7001, ""), Address.IPv4(0x0A5B0005)));
        Assert.Equal("north", site.Capture.Sensor);
        Assert.Equal([new("eth1", "not port 22", 2048), new("eth2")], site.Capture.Interfaces);
        Assert.Equal(("/var/lib/exposuremap/map.db", 2L << 30, TimeSpan.FromDays(90)), (site.Store, site.MemoryOctets, site.Span));
        Assert.Equal(("[::1]:9000", "findings.ndjson"), (site.Listen.ToString(), site.FindingsLog));
        Assert.Equal((TimeSpan.FromDays(180), TimeSpan.FromHours(12), "monday"), (site.Expiry, site.FindingAge, site.BaselineName));
        Assert.Equal((1, 5, 100), (site.Costs[PivotRank.Execute], site.Costs[PivotRank.Transfer], site.Costs[PivotRank.None]));
        Assert.Equal(PivotRank.Execute, site.Pivots.Of(new(Transport.Tcp, 1, "acme-headend"), default));
        Assert.Equal(PivotRank.None, site.Pivots.Of(new(Transport.Tcp, 7002, ""), default));
    }

    [Fact]
    public void Read_OneKey_LeavesTheDefaults()
    {
        var site = Accept("store: here.db");

        Assert.Equal(("127.0.0.1:8470", 512L << 20, TimeSpan.FromDays(30)), (site.Listen.ToString(), site.MemoryOctets, site.Span));
        Assert.False(site.Policy.IsDeclared);
        Assert.Empty(site.Segments.Segments);
        Assert.Equal(2, site.Costs[PivotRank.Interactive]);
    }

    [Fact]
    public void Read_WindowsTextWithByteOrderMark_IsRead() => Accept("\uFEFF" + EveryKey.ReplaceLineEndings("\r\n"));

    [Fact]
    public void Read_SeveralMistakes_TellsAllInTheOrderOfTheFile()
    {
        const string Yaml = """
            segments:
              - name: x
                kind: meterng
                prefixes: [10.1.0.0/16, 10.0.0.1/8]
                colour: red
              - name: y
                kind: ot
                prefixes: [10.1.0.0/16]
            policy:
              - from: z
                to: y
                services: [tcp/99999]
            """;

        Assert.Equal(
            [
                "exposuremap.yaml:3:11: segment 'x': kind 'meterng' is not known; did you mean 'metering'?",
                "exposuremap.yaml:4:29: segment 'x': prefix '10.0.0.1/8' has host bits; write 10.0.0.0/8, or 10.0.0.1/32 for the one address",
                "exposuremap.yaml:5:5: segment 'x': key 'colour' is not known; one of kind, level, macs, name, prefixes, vlans",
                "exposuremap.yaml:8:16: segment 'y': prefix 10.1.0.0/16 is also segment 'x'",
                "exposuremap.yaml:10:11: policy: from 'z' is no declared segment; one of internet, unknown, x, y",
                "exposuremap.yaml:12:16: policy: service 'tcp/99999' is no service; write tcp/443, tcp/502 modbus, modbus, udp/*, tcp/49152-65535, ether/0x88b8 or any",
            ],
            Refuse(Yaml));
    }

    [Theory]
    [InlineData("segmets: []", "1:1: key 'segmets' is not known; did you mean 'segments'?")]
    [InlineData("segments:", "1:10: segments is empty; leave the key away or fill it in")]
    [InlineData("segments: []", "1:11: segments is empty; leave the key away or fill it in")]
    [InlineData("segments: it", "1:11: segments must be a list; write [it]")]
    [InlineData("segments: {a: b}", "1:11: segments must be a list; begin each item with '- '")]
    [InlineData("segments: [it]", "1:12: an item of segments must be a mapping, keys with values")]
    [InlineData("segments: [{name: a, kind: it}]", "1:12: segment 'a': claims nothing; give it prefixes, vlans or macs")]
    [InlineData("segments: [{kind: it, vlans: [1]}]", "1:12: segment: name is missing")]
    [InlineData("segments: [{name: a, vlans: [1]}]", "1:12: segment 'a': kind is missing")]
    [InlineData("segments: [{name: a b, kind: it, vlans: [1]}]", "1:19: segment 'a b': name 'a b' must be at most 64 letters, digits and - _ . without spaces")]
    [InlineData("segments: [{name: [a], kind: it, vlans: [1]}]", "1:19: segment: name must be one value")]
    [InlineData("segments: [{name: , kind: it, vlans: [1]}]", "1:19: segment: name is empty")]
    [InlineData("segments: [{name: internet, kind: it, vlans: [1]}]", "1:19: segment 'internet': name 'internet' is built in: it holds what no segment claims")]
    [InlineData("segments: [{name: a, kind: it, vlans: [1]}, {name: a, kind: ot, vlans: [2]}]", "1:52: segment 'a': declared twice")]
    [InlineData("segments: [{name: a, kind: it, vlans: [1]}, {name: b, kind: ot, vlans: [1]}]", "1:73: segment 'b': vlan 1 is also segment 'a'")]
    [InlineData("segments: [{name: a, kind: it, vlans: [1, 1]}]", "1:43: segment 'a': vlan '1' is listed twice")]
    [InlineData("segments: [{name: a, kind: it, vlans: [4095]}]", "1:40: segment 'a': vlan '4095' must be a number from 1 to 4094")]
    [InlineData("segments: [{name: a, kind: it, vlans: [0x10]}]", "1:40: segment 'a': vlan '0x10' must be a number from 1 to 4094")]
    [InlineData("segments: [{name: a, kind: it, vlans: [1], level: 6}]", "1:51: segment 'a': level '6' must be a Purdue level from 0 to 5")]
    [InlineData("segments: [{name: a, kind: it, prefixes: [10.1/16]}]",
        "1:43: segment 'a': prefix '10.1/16' is not an IPv4 or IPv6 prefix; write four plain decimal octets and a length (10.20.0.0/16) or IPv6 (2001:db8::/48)")]
    [InlineData("segments: [{name: a, kind: it, macs: ['ff:ff:ff:ff:ff:ff']}]",
        "1:39: segment 'a': mac 'ff:ff:ff:ff:ff:ff' must be the address of one machine, six pairs of hexadecimal digits (00:30:a7:00:00:01)")]
    [InlineData("policy: [{from: internet, to: unknown}]", "1:10: policy: services is missing; write [any] for all of them")]
    [InlineData("policy: [{from: internet, to: internet, services: [any]}]", "1:31: policy: 'from' and 'to' are the same; traffic inside a segment is not judged")]
    [InlineData("policy: [{from: internet, to: unknown, services: [modbsu]}]", "1:51: policy: service 'modbsu' names no known protocol; did you mean 'modbus'?")]
    [InlineData("policy: [{from: internet, to: unknown, services: [any], until: 31.3.2027}]", "1:64: policy: until '31.3.2027' must be a day, year first (2027-03-31)")]
    [InlineData("accepted: [{finding: EM1, because: x}]", "1:22: accepted: finding 'EM1' must be the id of a rule, EM001 to EM016")]
    [InlineData("accepted: [{finding: EM999, because: x}]", "1:22: accepted: finding 'EM999' must be the id of a rule, EM001 to EM016")]
    [InlineData("accepted: [{finding: EM001}]", "1:12: accepted: because is missing")]
    [InlineData("accepted: [{finding: EM001, because: x, path: a to b}]", "1:47: accepted: path 'a to b' must be written as source -> target (10.10.4.20 -> 10.70.1.5)")]
    [InlineData("accepted: [{finding: EM001, because: \"a\\u001b[2J\"}]", "1:38: accepted: because 'a?[2J' has control characters")]
    [InlineData("catalogue: [{port: 7001, name: acme}]", "1:20: catalogue: port '7001' must be a transport with ports (tcp/7001, udp/7000-7010, tcp/*)")]
    [InlineData("catalogue: [{port: tcp/7001, name: a}, {port: tcp/7001, name: b}]", "1:47: catalogue: port 'tcp/7001' is already 'a' there")]
    [InlineData("capture: eth0", "1:10: capture must be a mapping, keys with values")]
    [InlineData("capture: {interface: []}", "1:11: capture: key 'interface' is not known; did you mean 'interfaces'?")]
    [InlineData("capture: {interfaces: [{name: eth0}, {name: eth0}]}", "1:45: capture: interface: name 'eth0' is listed twice")]
    [InlineData("capture: {interfaces: [{name: eth0, snaplen: 64}]}", "1:46: capture: interface: snaplen '64' must be a number of octets from 128 to 262144")]
    [InlineData("memory: 512MB", "1:9: memory '512MB' must be from 64MiB to 1024GiB, in MiB or GiB")]
    [InlineData("memory: 2048GiB", "1:9: memory '2048GiB' must be from 64MiB to 1024GiB, in MiB or GiB")]
    [InlineData("span: 30", "1:7: span '30' must be from 1h to 3650d, in h or d")]
    [InlineData("expiry: 12h", "1:9: expiry '12h' must be from 1d to 3650d, in h or d")]
    [InlineData("findings: {age: 0d}", "1:17: findings: age '0d' must be from 1h to 3650d, in h or d")]
    [InlineData("findings: {baseline: ../x}", "1:22: findings: baseline '../x' must be at most 64 letters, digits and - _ . without spaces")]
    [InlineData("api: {listen: 0.0.0.0:8470}",
        "1:15: api: listen '0.0.0.0:8470' is not a loopback address; the interface has no login, so only 127.0.0.1 or [::1] may be listened on")]
    [InlineData("api: {listen: localhost:8470}", "1:15: api: listen 'localhost:8470' must be an address and a port (127.0.0.1:8470 or [::1]:8470)")]
    [InlineData("api: {listen: '::1:8470'}", "1:15: api: listen '::1:8470' must be an address and a port (127.0.0.1:8470 or [::1]:8470)")]
    [InlineData("costs: {execute: 0}", "1:18: costs: execute '0' must be a number from 1 to 1000")]
    [InlineData("costs: {exec: 1}", "1:9: costs: key 'exec' is not known; one of data, execute, interactive, none, transfer")]
    [InlineData("pivot: {ssh: root}", "1:14: pivot: ssh 'root' is not known; one of data, execute, interactive, none, transfer")]
    [InlineData("pivot: {sshd: none}", "1:9: pivot: key 'sshd' names no known protocol; did you mean 'ssh'?")]
    [InlineData("pivot: {tcp/1-9: none}", "1:9: pivot: key 'tcp/1-9' must be one protocol (acme) or one port (tcp/7001)")]
    [InlineData("store: a\nstore: b", "2:1: key 'store' is repeated")]
    [InlineData("- store: a", "1:1: must be a mapping, keys with values (segments: ...)")]
    [InlineData("store: a\n---\nstore: b", "2:1: a second document; there may be only one")]
    [InlineData("? [a, b]\n: c", "1:3: a key must be one word")]
    public void Read_Mistake_IsTheOnlyErrorAtItsPlace(string yaml, string expected) =>
        Assert.Equal(["exposuremap.yaml:" + expected], Refuse(yaml));

    [Fact]
    public void Read_LargeSite_TakesNoQuadraticTime()
    {
        var yaml = new StringBuilder("segments:\n");
        for (var site = 0; site < 4_000; site++)
            yaml.Append(null, $"  - {{name: site-{site}, kind: ot, prefixes: [10.{site / 256}.{site % 256}.0/24]}}\n");
        yaml.Append("policy:\n");
        for (var site = 0; site < 4_000; site++) yaml.Append(null, $"  - {{from: site-{site}, to: internet, services: [dnp3, tcp/443]}}\n");
        var watch = System.Diagnostics.Stopwatch.StartNew();

        var loaded = Accept(yaml.ToString());

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal("site-258", loaded.Segments.Find(Address.IPv4(0x0A010203)).Name);
    }

    [Fact]
    public void Load_NoFile_SaysSo()
    {
        var result = ConfigurationFile.Load("nowhere/exposuremap.yaml");

        Assert.Null(result.Configuration);
        Assert.StartsWith("nowhere/exposuremap.yaml: cannot be read: ", Assert.Single(result.Errors).ToString(), StringComparison.Ordinal);
    }

    private static SiteConfiguration Accept(string yaml)
    {
        var result = ConfigurationFile.Read("exposuremap.yaml", Encoding.UTF8.GetBytes(yaml));
        Assert.Empty(result.Errors.Select(error => error.ToString()));
        return result.Configuration!;
    }

    private static IEnumerable<string> Refuse(string yaml)
    {
        var result = ConfigurationFile.Read("exposuremap.yaml", Encoding.UTF8.GetBytes(yaml));
        Assert.Null(result.Configuration);
        return result.Errors.Select(error => error.ToString());
    }
}
