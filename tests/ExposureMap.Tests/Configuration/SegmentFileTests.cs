using System.Text;
using ExposureMap.Configuration;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Tests.Configuration;

public class SegmentFileTests
{
    [Fact]
    public void Write_InferredSegments_LoadAgainWithTheirWitnessesAsComments()
    {
        Assert.True(Prefix.TryParse("10.70.0.0/16", out var ipv4));
        Assert.True(Prefix.TryParse("2001:db8::/32", out var ipv6));
        Assert.True(Prefix.TryParse("::/0", out var all));
        Segment[] segments =
        [
            new("substation-7", SegmentKind.Ot)
            {
                Level = 2, Prefixes = [ipv6, ipv4], Vlans = [702, 701], Macs = [Address.Mac(0x0030A7000001)], Inferred = true,
                Witnesses = ["DHCP mask of 10.70.0.1", "name from the wire\n  - name: forged\u2028  - name: forged"],
            },
            new("no", SegmentKind.External) { Prefixes = [all] },
        ];
        var text = new StringWriter();

        SegmentFile.Write(text, segments);

        Assert.Equal(
            """
            segments:
              - name: "no"
                kind: external
                prefixes: ["::/0"]
              - name: "substation-7"
                kind: ot
                level: 2
                prefixes: [10.70.0.0/16, "2001:db8::/32"]
                vlans: [701, 702]
                macs: ["00:30:a7:00:00:01"]
                # DHCP mask of 10.70.0.1
                # name from the wire?  - name: forged?  - name: forged

            """, text.ToString(), ignoreLineEndingDifferences: true);
        var loaded = ConfigurationFile.Read("suggested.yaml", Encoding.UTF8.GetBytes(text.ToString()));
        Assert.Empty(loaded.Errors);
        Assert.Equal(["no", "substation-7"], loaded.Configuration!.Segments.Segments.Select(segment => segment.Name));
        Assert.Equal([ipv4, ipv6], loaded.Configuration.Segments.Named("substation-7")!.Prefixes);
    }

    /// <summary>Addresses that no prefix tells apart, more than a file may hold: what is written can be read, and says what it leaves out.</summary>
    [Fact]
    public void Write_MorePrefixesThanAFileMayHold_LeavesOutTheNarrowestAndSaysSo()
    {
        Assert.True(Prefix.TryParse("fd00::/64", out var wide));
        Prefix[] narrow = [.. Enumerable.Range(0, 40_000)
            .Select(number => Prefix.Around(Address.IPv6(new AddressNumber(0xFD00_0000_0000_0001, 0x1234_5678_9ABC_0000 + (ulong)number)), 128))];
        var text = new StringWriter();

        SegmentFile.Write(text, [new Segment("office", SegmentKind.It) { Prefixes = [.. narrow, wide], Inferred = true }]);

        var loaded = ConfigurationFile.Read("suggested.yaml", Encoding.UTF8.GetBytes(text.ToString()));
        Assert.Empty(loaded.Errors);
        var kept = Assert.Single(loaded.Configuration!.Segments.Segments).Prefixes;
        Assert.Contains(wide, kept);
        Assert.Contains($"# {40_001 - kept.Length} more, the narrowest,", text.ToString(), StringComparison.Ordinal);
    }
}
