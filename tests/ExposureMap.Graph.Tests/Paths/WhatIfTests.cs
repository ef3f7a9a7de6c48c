using System.Collections.Immutable;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;
using Xunit;

namespace ExposureMap.Graph.Tests.Paths;

public sealed class WhatIfTests
{
    private static MapSnapshot JumpHost() =>
        new Site().Watch().Talk("10.10.0.1", "10.20.0.1", "tcp/3389 rdp", 1).Talk("10.20.0.1", "10.70.0.1", "tcp/502 modbus", 2).Map;

    private static ImmutableArray<int> Ids(MapSnapshot map, SegmentKind kind) => [.. map.AssetsOf(kind).Select(asset => asset.Id)];

    private static TimedAnswer Reach(MapSnapshot map) => ReachQuery.Run(PathGraph.Of(map), Ids(map, SegmentKind.It));

    [Theory]
    [InlineData("10.20.0.1")]
    [InlineData("kind:dmz -> kind:ot")]
    [InlineData("10.10.0.1 -> 10.20.0.1 tcp/3389")]
    public void Remove_APartOfTheWay_CutsItInTheCopyAlone(string what)
    {
        var map = JumpHost();
        var edit = new WhatIf(map);

        Assert.True(edit.TryRemove(what, out _));

        Assert.DoesNotContain(Reach(edit.Map).Rows, row => row.Asset.Kind == SegmentKind.Ot);
        Assert.Contains(Reach(map).Rows, row => row.Asset.Kind == SegmentKind.Ot);
    }

    [Fact]
    public void Add_AConduit_IsTakenAtAnyTimeAndIsNeverCertain()
    {
        var edit = new WhatIf(
            new Site().Watch().Talk("10.10.0.1", "10.10.0.2", "tcp/445 smb", 5).Talk("10.70.0.1", "10.70.0.2", "tcp/502 modbus", 9).Map);
        Assert.True(edit.TryAdd("10.10.0.2 -> 10.70.0.1 tcp/502 modbus", out _));
        var map = edit.Map;

        var rows = Reach(map).Rows;
        var path = Assert.Single(
            new PathQuery { From = Ids(map, SegmentKind.It), To = Ids(map, SegmentKind.Ot), Count = 1 }.Run(PathGraph.Of(map)).Paths);

        var last = rows.Single(row => row.Asset.Address.ToString() == "10.70.0.2");
        Assert.Equal((PathCertainty.May, Site.At(9)), (last.Certainty, new(last.Time.Nanoseconds - 1_000_000_000)));
        Assert.Equal(["assumed: nobody was seen to use 10.10.0.2 -> 10.70.0.1 tcp/502 modbus"], last.Because);
        Assert.Equal((PathBasis.Assumed, false, PathCertainty.May), (path.Basis, path.IsWitnessed, path.Certainty));
        Assert.Equal(HopDirection.Assumed, path.Hops[^1].Direction);
        Assert.Null(path.Hops[^1].Conduit);
    }

    [Theory]
    [InlineData("10.10.0.1 -> 10.70.0.1")]
    [InlineData("10.10.0.1 -> 10.70.0.1 modbus")]
    [InlineData("10.10.0.1")]
    [InlineData("10.10.0.1 -> 10.99.0.1 tcp/502")]
    public void Add_WithoutPortOrMachine_SaysWhatIsMissing(string what)
    {
        Assert.False(new WhatIf(JumpHost()).TryAdd(what, out var problem));
        Assert.Contains("'", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Remove_WhatIsNotThere_IsRefused() => Assert.False(new WhatIf(JumpHost()).TryRemove("10.10.0.1 -> 10.70.0.1", out _));
}
