using System.Collections.Immutable;
using System.Net;
using ExposureMap.Graph.Findings;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Graph.Paths;
using ExposureMap.Graph.Segments;

namespace ExposureMap.Configuration;

/// <summary>What the site says of itself, and how the program is to run there. The defaults are those of an empty file.</summary>
internal sealed record SiteConfiguration
{
    public static readonly SiteConfiguration Default = new();

    public SegmentTable Segments { get; init; } = SegmentTable.Empty;

    public SegmentPolicy Policy { get; init; } = SegmentPolicy.Undeclared;

    public ImmutableArray<AcceptedFinding> Accepted { get; init; } = [];

    public ImmutableArray<SiteService> Catalogue { get; init; } = [];

    public PivotTable Pivots { get; init; } = PivotTable.Default;

    public HopCosts Costs { get; init; } = HopCosts.Default;

    public CaptureSettings Capture { get; init; } = new();

    /// <summary><c>store</c>: where the map is kept; a relative path is one of the working directory.</summary>
    public string Store { get; init; } = "exposuremap.db";

    /// <summary><c>memory</c>: octets that the map and the conversation table may take together, from 64 MiB to 1 TiB.</summary>
    public long MemoryOctets { get; init; } = 512L << 20;

    /// <summary>
    /// <c>span</c>: how long a running service keeps the times of single contacts, from 1 hour to 3650 days. Captures that are read are kept whole.
    /// </summary>
    public TimeSpan Span { get; init; } = TimeSpan.FromDays(30);

    /// <summary><c>api: listen</c>: a loopback address; port 0 takes any free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8470);

    /// <summary><c>findings: log</c>: a file that gets one JSON object for every finding; empty for none.</summary>
    public string FindingsLog { get; init; } = "";

    /// <summary><c>findings: age</c>: a finding whose path was not seen for so long is closed, from 1 hour to 3650 days.</summary>
    public TimeSpan FindingAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary><c>findings: baseline</c>: the baseline of the store that new paths are told against; empty for the one set last.</summary>
    public string BaselineName { get; init; } = "";

    /// <summary><c>expiry</c>: conduits not seen for so long are forgotten by the running service, from 1 to 3650 days; null for never.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>
    /// Times of single contacts take at most a quarter of the memory. What exceeds that is known by bounds; in a running service what is older than
    /// the span, too.
    /// </summary>
    public ContactLimits ContactLimits => new() { MaxOctets = MemoryOctets / 4 };

    /// <summary>So do endpoints, conduits and facts; beyond that, what nobody answered is not entered.</summary>
    public long MapOctets => MemoryOctets / 4;

    /// <param name="paths">The path graph of the map, when there is one already.</param>
    public ImmutableArray<Finding> FindingsOf(MapSnapshot map, PathGraph? paths = null, Baseline? baseline = null,
        CancellationToken stop = default) =>
        FindingCatalog.Evaluate(ContextOf(map, paths, baseline, stop));

    /// <param name="findings">All of the map.</param>
    public ImmutableArray<AcceptanceWarning> WarningsOf(MapSnapshot map, ImmutableArray<Finding> findings) =>
        AcceptanceWarning.Of(map, Accepted, findings);

    public FindingContext ContextOf(MapSnapshot map, PathGraph? paths, Baseline? baseline, CancellationToken stop = default) =>
        new(map, Accepted, paths, stop) { Age = FindingAge, Baseline = baseline };

    public MapSettings ToMapSettings() => new() { Segments = Segments, Policy = Policy, Catalogue = Catalogue, Pivot = Pivots };
}

/// <summary><c>capture</c>: what is listened to.</summary>
internal sealed record CaptureSettings
{
    /// <summary><c>sensor</c>: the name evidence goes by; empty for the name of the host.</summary>
    public string Sensor { get; init; } = "";

    /// <summary><c>interfaces</c>: none unless declared here or on the command line.</summary>
    public ImmutableArray<InterfaceSettings> Interfaces { get; init; } = [];
}

/// <summary>One mirror port.</summary>
/// <param name="Filter">A capture filter as tcpdump reads it; empty for everything.</param>
/// <param name="Snaplen">Octets kept of a frame, from 128 to 262144; tcpdump's default.</param>
internal sealed record InterfaceSettings(string Name, string Filter = "", int Snaplen = InterfaceSettings.WholeFrame)
{
    public const int WholeFrame = 262_144;
}
