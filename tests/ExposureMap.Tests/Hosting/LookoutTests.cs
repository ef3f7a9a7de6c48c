using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Segments;
using ExposureMap.Hosting;
using ExposureMap.Tests.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExposureMap.Tests.Hosting;

/// <summary>A new path is told before the whole map is evaluated again, once, and whatever evaluations say in the meantime.</summary>
public sealed class LookoutTests : IDisposable
{
    private const string NewPath = "EM015-10.10.0.50-plant";

    private static readonly Timestamp Now = new(1_767_225_700_000_000_000);
    private static readonly MapSettings Settings =
        new() { Segments = new([Of("corporate", SegmentKind.It, "10.10.0.0/16"), Of("plant", SegmentKind.Ot, "10.70.0.0/16")]) };

    private readonly string _log = Path.GetTempFileName();
    private readonly LiveMap _map = Records.Talk(new LiveMap(), 0, 50);
    private readonly Publication _publication = new(TimeProvider.System);
    private readonly Announcer _announcer;
    private readonly MapRecord _usual;

    public LookoutTests()
    {
        _usual = _map.Freeze();
        _announcer = new(_publication, new FindingsLog(_log, NullLogger.Instance));
        _announcer.Tell(Evaluated(_usual), covered: 0, Now);
    }

    public void Dispose() => File.Delete(_log);

    [Fact]
    public async Task Run_NewPathInANewerRecord_IsTold()
    {
        var stop = TestContext.Current.CancellationToken;
        var records = new RecordSlot(_usual);
        using var lookout = new Lookout(records, _publication, _announcer, TimeProvider.System, NullLogger.Instance);
        await lookout.StartAsync(stop);

        records.Offer(Records.Talk(_map, 50, 1).Freeze());

        Assert.True(SpinWait.SpinUntil(() => Told().Length > 0, TimeSpan.FromSeconds(30)));
        Assert.Same(_usual, _publication.Current!.Map.Record);
        Assert.Single(_publication.Current.Findings, finding => finding.Id == NewPath && finding.Closed is null);
        await lookout.StopAsync(stop);
    }

    [Fact]
    public void Tell_EvaluationThatBeganBefore_LeavesItOpenUntilOneThatFindsIt()
    {
        var opened = TellAhead();
        var ahead = _announcer.Ahead;

        _announcer.Tell(Evaluated(_usual), covered: 0, Now);
        Assert.Null(Assert.Single(_publication.Current!.Findings, finding => finding.Id == NewPath).Closed);

        _announcer.Tell(Evaluated(opened), ahead, Now);
        Assert.NotNull(Assert.Single(_publication.Current!.Findings, finding => finding.Id == NewPath).Hops[0].Conduit);
        Assert.Single(Told());
    }

    [Fact]
    public void Tell_EvaluationThatCouldFindItAndDoesNot_ClosesIt()
    {
        TellAhead();

        _announcer.Tell(Evaluated(_usual), _announcer.Ahead, Now);

        Assert.Equal(Now, Assert.Single(_publication.Current!.Findings, finding => finding.Id == NewPath).Closed);
        Assert.Equal(2, Told().Length);
    }

    private MapRecord TellAhead()
    {
        var opened = Records.Talk(_map, 50, 1).Freeze();
        _announcer.TellAhead(_publication.Current!.Watch!.Look(opened), Now);
        return opened;
    }

    private PublishedMap Evaluated(MapRecord record)
    {
        var context = new FindingContext(new(record, Settings)) { Baseline = new("monday", _usual) };
        return new(context.Map, context.Paths, FindingCatalog.Evaluate(context), default, default)
        {
            Against = context.Baseline,
            Watch = new(context)
        };
    }

    private string[] Told() => [.. File.ReadLines(_log).Where(line => line.Contains($"\"{NewPath}\"", StringComparison.Ordinal))];

    private static Segment Of(string name, SegmentKind kind, string prefix) =>
        new(name, kind) { Prefixes = [Prefix.TryParse(prefix, out var parsed) ? parsed : throw new ArgumentException(prefix)] };
}
