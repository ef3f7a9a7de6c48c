using System.Collections.Immutable;
using CsCheck;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Segments;

public class SegmentTableTests
{
    private static readonly SegmentTable Site = new(
    [
        Of("corporate", SegmentKind.It, "10.10.0.0/16", "2001:db8:10::/48"),
        Of("servers", SegmentKind.It, "10.10.5.0/24"),
        Of("substation-7", SegmentKind.Ot, "10.70.0.0/16") with { Vlans = [701, 702] },
        Of("relays", SegmentKind.Ot) with { Macs = [Parse("00:30:a7:00:00:01")] },
    ]);

    [Theory]
    [InlineData("10.10.4.20", -1, null, "corporate")]
    [InlineData("10.10.5.255", -1, null, "servers")]                   // the longest prefix wins
    [InlineData("10.10.6.0", -1, null, "corporate")]                   // and ends where it ends
    [InlineData("2001:db8:10:9::1", -1, null, "corporate")]
    [InlineData("10.10.4.20", 701, null, "substation-7")]              // a VLAN wins over a prefix
    [InlineData("10.10.4.20", 700, null, "corporate")]
    [InlineData("10.10.4.20", 701, "00:30:a7:00:00:01", "relays")]     // a MAC wins over both
    [InlineData("10.10.4.20", -1, "00:30:a7:00:00:02", "corporate")]
    [InlineData("00:30:a7:00:00:01", -1, null, "relays")]
    [InlineData("10.99.0.1", -1, null, "unknown")]
    [InlineData("00:30:a7:00:00:02", -1, null, "unknown")]
    [InlineData("8.8.8.8", -1, null, "internet")]
    [InlineData("2001:4860::8888", 5000, null, "internet")]
    [InlineData("224.0.0.5", -1, null, "unknown")]
    [InlineData("0.0.0.0", -1, null, "unknown")]
    public void Find_BySiteFile_GoesByPrecedence(string address, int vlan, string? mac, string expected) =>
        Assert.Equal(expected, Site.Find(Parse(address), vlan, mac is null ? default : Parse(mac)).Name);

    [Fact]
    public void Find_NestedPrefixesThatEndTogether_GivesBackTheOuter()
    {
        var table = new SegmentTable(
        [
            Of("all", SegmentKind.External, "0.0.0.0/0"), Of("half", SegmentKind.It, "128.0.0.0/1"), Of("last", SegmentKind.Ot, "255.255.255.255/32"),
        ]);

        Assert.Equal("all", table.Find(Parse("127.255.255.255")).Name);
        Assert.Equal("half", table.Find(Parse("255.255.255.254")).Name);
        Assert.Equal("last", table.Find(Parse("255.255.255.255")).Name);
    }

    [Fact]
    public void Find_AnyPrefixes_AgreesWithTheLongestMatchByHand()
    {
        // Few bits vary, so that prefixes nest, touch and repeat.
        var anyBits = Gen.UInt[0, 0xFF].Select(bits => bits << 24 | bits >> 4 << 4);
        var anyPrefix = Gen.Select(anyBits, Gen.Int[0, 32]).Select((bits, length) => Prefix.Around(Address.IPv4(bits), length));
        var anyCase = Gen.Select(anyPrefix.Array[0, 20], Gen.OneOf(anyBits, Gen.UInt).Array[1, 30]);

        anyCase.Sample((prefixes, addresses) =>
        {
            var segments = prefixes.Distinct().Select(prefix => new Segment(prefix.ToString(), SegmentKind.Ot) { Prefixes = [prefix] }).ToArray();
            var table = new SegmentTable(segments);
            var edges = prefixes.SelectMany(prefix => new[] { prefix.Network, prefix.Last, Next(prefix.Last, 1), Next(prefix.Network, -1) });
            foreach (var address in addresses.Select(Address.IPv4).Concat(edges))
            {
                var byHand = segments.Where(segment => segment.Prefixes[0].Contains(address)).MaxBy(segment => segment.Prefixes[0].Length);
                if (byHand is null) Assert.Contains(table.Find(address), new[] { SegmentTable.External, SegmentTable.Unknown });
                else Assert.Same(byHand, table.Find(address));
            }
        }, iter: 2_000);

        static Address Next(Address address, int step) => Address.IPv4((uint)((uint)address.Number.Low + step));
    }

    [Fact]
    public void Find_AnyIPv6Prefixes_AgreesWithTheLongestMatchByHand()
    {
        var anyBits = Gen.Select(Gen.UInt[0, 15], Gen.UInt[0, 15]).Select((high, low) => new AddressNumber((ulong)high << 60, low));
        var anyCase = Gen.Select(Gen.Select(anyBits, Gen.Int[0, 128]).Array[0, 20], anyBits.Array[1, 30]);

        anyCase.Sample((claims, addresses) =>
        {
            var prefixes = claims.Select(claim => Prefix.Around(Address.IPv6(claim.Item1), claim.Item2)).Distinct();
            var segments = prefixes.Select(prefix => new Segment(prefix.ToString(), SegmentKind.Ot) { Prefixes = [prefix] }).ToArray();
            var table = new SegmentTable(segments);
            foreach (var address in addresses.Select(Address.IPv6))
            {
                var byHand = segments.Where(segment => segment.Prefixes[0].Contains(address)).MaxBy(segment => segment.Prefixes[0].Length);
                if (byHand is not null) Assert.Same(byHand, table.Find(address));
                else Assert.Contains(table.Find(address), new[] { SegmentTable.External, SegmentTable.Unknown });
            }
        }, iter: 2_000);
    }

    [Fact]
    public void Among_ClaimsThatNothingDecides_NamesEachOnce()
    {
        var mac = Parse("00:30:a7:00:00:01");
        var first = Of("a", SegmentKind.It, "10.1.0.0/16") with { Vlans = [5], Macs = [mac] };
        var second = Of("b", SegmentKind.Ot, "10.1.0.0/16", "10.1.0.0/17") with { Vlans = [5], Macs = [mac] };

        Assert.Equal(
            ["segment 'b': prefix 10.1.0.0/16 is also segment 'a'", "segment 'b': vlan 5 is also segment 'a'",
             "segment 'b': mac 00:30:a7:00:00:01 is also segment 'a'", "segment 'a': declared twice"],
            SegmentConflict.Among([first, second, Of("a", SegmentKind.Dmz)]).Select(conflict => conflict.ToString()));
        Assert.Throws<ArgumentException>(() => new SegmentTable([first, second]));
    }

    [Fact]
    public void Named_BuiltIn_IsFound()
    {
        Assert.Same(SegmentTable.External, Site.Named("internet"));
        Assert.Equal(SegmentKind.Ot, Site.Named("relays")?.Kind);
        Assert.Null(Site.Named("elsewhere"));
    }

    private static Segment Of(string name, SegmentKind kind, params string[] prefixes) =>
        new(name, kind)
        {
            Prefixes = [.. prefixes.Select(text =>
            Prefix.TryParse(text, out var prefix) ? prefix : throw new ArgumentException(text))]
        };

    private static Address Parse(string text) => Address.TryParse(text, out var address) ? address : throw new ArgumentException(text);
}
