using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.RegularExpressions;
using ExposureMap.Graph.Export;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using Xunit;

namespace ExposureMap.Graph.Tests.Export;

public sealed class DotWriterTests
{
    /// <summary>Two feet are news; a link-local address beside an address of a segment is none.</summary>
    [Theory]
    [InlineData("10.70.0.30", "also in plant")]
    [InlineData("fe80::30", null)]
    public void LinesOf_MachineWithTwoAddresses_TellsWhereElseItLives(string second, string? expected)
    {
        var map = new Site().Talk("10.10.4.30", "10.10.0.5", "tcp/445 smb")
            .Talk(second, second.Contains(':', StringComparison.Ordinal) ? "fe80::5" : "10.70.0.5", "tcp/502 modbus")
            .Tell("10.10.4.30", FactKind.OwnedBy, "02:00:00:00:00:30", "arp").Tell(second, FactKind.OwnedBy, "02:00:00:00:00:30", "arp").Map;
        var machine = map.Assets.Single(asset => asset.Address.ToString() == "10.10.4.30");

        Assert.Equal(2, machine.Addresses.Count(address => address.IsIp));
        Assert.Equal(expected, DiagramText.LinesOf(machine, 0).SingleOrDefault(line => line.StartsWith("also in", StringComparison.Ordinal)));
    }

    /// <summary>What polls the controllers is drawn as that, though it says of itself that it shares files.</summary>
    [Fact]
    public void LinesOf_MachineWithTwoRoles_NamesWhatItIsForBeforeWhatItServesBesideIt()
    {
        var site = new Site().Tell("10.20.0.1", FactKind.Role, "file server", "netbios-dgm");
        foreach (var controller in (string[])["10.70.0.1", "10.70.0.2", "10.70.0.3"])
            site.Talk("10.20.0.1", controller, "tcp/502 modbus", does: (Effect.Read, "read register 5", true));
        var master = site.Map.Assets.Single(asset => asset.Address.ToString() == "10.20.0.1");

        Assert.Equal(["file-server", "scada-master"], master.Roles.Select(role => role.Name));
        Assert.Equal("scada master", DiagramText.LinesOf(master, 0).Last());
    }

    private static readonly Site Plant = new Site().Watch().Named("10.10.0.5", "desk")
        .Talk("10.10.0.5", "10.20.0.1", "tcp/3389 rdp,ssl", at: 1)
        .Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", at: 2, does: (Effect.Write, "write register 5", true))
        .Talk("10.10.0.6", "10.70.0.1", "tcp/502 modbus", at: 3, outcome: Outcome.Blocked)
        .Talk("10.70.0.1", "10.10.0.6", "udp/514 syslog", at: 4, outcome: Outcome.OneWay);

    [Fact]
    public void Write_SameConversations_SameOctets() => Assert.Equal(Dot(Plant.Map, PathOptions(Plant.Map)), Dot(Plant.Map, PathOptions(Plant.Map)));

    [Fact]
    public void Write_Path_NumbersHopsWithServiceEffectAndTime()
    {
        var dot = Dot(Plant.Map, PathOptions(Plant.Map));

        Assert.Contains("\"10.10.0.5\" -> \"10.20.0.1\" [label=\"\u00A0① rdp\u00A0\\n\u00A000:01:00\u00A0\"", dot);
        Assert.Contains("\"10.20.0.1\" -> \"10.70.0.1\" [label=\"\u00A0② modbus write\u00A0\\n\u00A000:02:00\u00A0\"", dot);
    }

    [Fact]
    public void Write_BlockedConduit_IsDashedAndCrossed() =>
        Assert.Matches(
            new Regex("\"10.10.0.6\" -> \"10.70.0.1\" \\[label=\"\u00A0✕ 1 blocked\u00A0\\\\n\u00A0modbus\u00A0\", style=dashed, arrowhead=tee"),
            Dot(Plant.Map));

    [Fact]
    public void Write_OneWayUpwards_StaysBelowAndPointsUp() =>
        Assert.Contains("\"10.10.0.6\" -> \"10.70.0.1\" [label=\"\u00A0syslog\u00A0\", style=dashed, dir=back, arrowtail=vee]", Dot(Plant.Map));

    [Fact]
    public void Write_Pull_HasEmptyArrowhead()
    {
        var map = Plant.Map;
        var pull = HopsOf(map).Select(hop => hop with { Direction = HopDirection.Pull }).ToImmutableArray();

        Assert.Contains("arrowhead=empty", Dot(map, new() { Paths = [pull] }));
    }

    [Fact]
    public void Write_LossyCapture_SaysSo() =>
        Assert.Contains("incomplete: 7 frames lost", Dot(new Site().Watch(dropped: 7).Talk("10.10.0.5", "10.20.0.1", "tcp/22 ssh").Map));

    [Fact]
    public void Write_Segments_StandFromTheOutsideIn()
    {
        var site = new Site().Watch();
        foreach (var server in new[] { "10.90.0.1", "10.70.0.1", "10.60.0.1", "10.20.0.1", "8.8.8.8" }) site.Talk("10.10.0.5", server, "tcp/22 ssh");

        var order = DiagramBuilder.Build(site.Map, DiagramOptions.Default).Segments.Select(segment => segment.Segment.Name);

        Assert.Equal(["internet", "corporate", "dmz", "admin", "plant", "ami"], order);
    }

    [Theory]
    [InlineData("a\" ]; evil [label=\"b")]
    [InlineData("back\\slash\\")]
    [InlineData("\\N\\G")]
    [InlineData("line\nbreak\r\u2028\u0007")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("&#60;b&#62;")]
    [InlineData("\u202Egnp.exe \uD800")]
    public void Write_HostileName_IsOneNodeAndOnlyText(string name)
    {
        var map = new Site().Watch().Named("10.10.0.5", name).Talk("10.10.0.5", "10.20.0.1", "tcp/22 ssh").Map;
        var dot = Dot(map);

        Assert.DoesNotContain("label=<", dot.Replace("label=<<TABLE BORDER=\"0\" CELLBORDER", "", StringComparison.Ordinal));
        Assert.DoesNotContain(dot, one => char.IsControl(one) && one != '\n');
        Assert.Equal(dot.Count(one => one == '\n'),
            Dot(new Site().Watch().Named("10.10.0.5", "plain").Talk("10.10.0.5", "10.20.0.1", "tcp/22 ssh").Map).Count(one => one == '\n'));
        if (Laid(dot, "plain") is not { } plain) return;           // no GraphViz here
        Assert.Equal(4, plain.Split('\n').Count(line => line.StartsWith("node ", StringComparison.Ordinal)));   // two machines, a layer, the legend
        Assert.Equal(0, Regex.Count(Laid(dot, "svg")!, "<script|<a |xlink:href"));
    }

    [Fact]
    public void Write_ThousandsOfMachines_FoldsBySegmentWithinTheBudget()
    {
        var diagram = DiagramBuilder.Build(Crowd(3_000), DiagramOptions.Default);

        Assert.InRange(diagram.Segments.Sum(segment => segment.Boxes.Length), 2, DiagramOptions.DefaultMaximumNodes);
        Assert.Contains(diagram.Segments, segment => segment.Boxes.Any(box => box.Lines.Contains("× 3,000 meters")));
        Assert.Contains(diagram.Notes, note => note.Text.StartsWith("3,001 machines", StringComparison.Ordinal));
    }

    [Fact]
    public void Write_ExpandAllOfThousands_StaysWithinWhatGraphVizLaysOut()
    {
        var diagram = DiagramBuilder.Build(Crowd(3_000, distinct: true), new() { Expand = [DiagramOptions.All] });

        Assert.InRange(diagram.Segments.Sum(segment => segment.Boxes.Length), 1, DotWriter.MaximumNodes);
        Assert.InRange(diagram.Links.Length, 1, DotWriter.MaximumEdges);
        Assert.NotEmpty(diagram.Notes);
    }

    [Fact]
    public void Write_ExpandedSegment_ShowsItsMachinesAndFoldsTheOthers()
    {
        var dot = Dot(Crowd(200), new() { Expand = ["dmz"] });

        Assert.Contains("\"10.20.0.1\" [label=", dot);
        Assert.Contains("\"segment ami\" [label=\"× 200 meters\"", dot);
    }

    [Fact]
    public void Write_MachineOnPath_IsNeverFolded()
    {
        var map = Crowd(500);
        var hop = PathGraph.Of(map).HopOf(0);

        var dot = Dot(map, new() { Paths = [[hop]] });

        Assert.Contains($"\"{hop.To.Address}\" [label=", dot);
        Assert.Contains("× 499 meters", dot);
    }

    [Fact]
    public void Write_SegmentsOnly_DrawsNoMachine()
    {
        var dot = Dot(Plant.Map, new() { Scope = DiagramScope.Segments });

        Assert.DoesNotContain("10.10.0.5", dot);
        Assert.Contains("\"segment corporate\" -> \"segment plant\"", dot);
    }

    internal static DiagramOptions PathOptions(MapSnapshot map) => new() { Paths = [HopsOf(map)] };

    private static ImmutableArray<Hop> HopsOf(MapSnapshot map)
    {
        var (sources, targets) = (Select(map, "10.10.0.5"), Select(map, "10.70.0.1"));
        return new PathQuery { From = sources, To = targets }.Run(PathGraph.Of(map)).Paths[0].Hops;
    }

    private static ImmutableArray<int> Select(MapSnapshot map, string text)
    {
        Assert.True(Selector.TryParse(text, out var selector, out _));
        Assert.True(selector.TrySelect(map, out var assets, out _));
        return assets;
    }

    /// <param name="distinct">Every meter speaks another service, so that no two may share a box.</param>
    private static MapSnapshot Crowd(int meters, bool distinct = false)
    {
        var site = new Site().Watch();
        for (var meter = 0; meter < meters; meter++)
            site.Talk("10.20.0.1", $"10.90.{meter / 250}.{1 + meter % 250}", distinct ? $"tcp/{1000 + meter}" : "tcp/4059 dlms", at: meter * 0.01);
        return site.Map;
    }

    private static string Dot(MapSnapshot map, DiagramOptions? options = null)
    {
        var output = new StringWriter();
        DotWriter.Write(output, map, options ?? DiagramOptions.Default);
        return output.ToString();
    }

    private static string? Laid(string dot, string format)
    {
        try
        {
            using var process =
                Process.Start(
                    new ProcessStartInfo("dot", ["-T" + format])
                    {
                        RedirectStandardInput = true,
                        RedirectStandardOutput = true,
                        StandardInputEncoding = new System.Text.UTF8Encoding(false)
                    })!;
            process.StandardInput.Write(dot);
            process.StandardInput.Close();
            var text = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return text;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
