using System.Globalization;
using ExposureMap.Capture.Conversations;
using ExposureMap.Graph.Findings;
using ExposureMap.Hosting;
using Prometheus;

namespace ExposureMap.Telemetry;

/// <summary>Everything that moves, as Prometheus reads it. The parts count; this reads their counts when it is asked.</summary>
internal sealed class ServiceMetrics
{
    private static readonly (string End, Func<CaptureCounters, long> Count)[] Ends =
    [
        ("transport", counters => counters.Transport), ("network", counters => counters.Network), ("link", counters => counters.Link),
        ("fragment", counters => counters.Fragments), ("duplicate", counters => counters.Duplicates), ("truncated", counters => counters.Truncated),
        ("unknown_link", counters => counters.UnknownLink), ("too_deep", counters => counters.TooDeep), ("unplaced", counters => counters.Unplaced),
        ("collapsed", counters => counters.Collapsed),
    ];

    private readonly ServiceParts _parts;
    private readonly Counter _received, _accounted, _dropped, _missed, _openings, _ends, _conversations, _spared, _storeFailures;
    private readonly Gauge _state, _blind, _waiting, _open, _assets, _conduits, _findings, _age, _build;
    private readonly Histogram _save;

    public ServiceMetrics(ServiceParts parts)
    {
        _parts = parts;
        var make = Metrics.WithCustomRegistry(Registry);
        _received = make.CreateCounter("exposuremap_capture_received_total", "Frames received, whatever became of them.", "interface");
        _accounted = make.CreateCounter("exposuremap_capture_accounted_total", "Frames that came to the conversation table.", "interface");
        _dropped = make.CreateCounter("exposuremap_capture_dropped_total",
            "Frames lost: kernel (ring full), interface (missed by the hardware), queue (we were slow), fault (ours).", "interface", "reason");
        _missed = make.CreateCounter("exposuremap_capture_missed_octets_total",
            "Octets that were acknowledged but never captured: what the mirror left out.", "interface");
        _openings = make.CreateCounter("exposuremap_capture_openings_total", "How often the interface was opened.", "interface");
        _state = make.CreateGauge("exposuremap_capture_state", "1 for the state the interface is in.", "interface", "state");
        _blind = make.CreateGauge("exposuremap_capture_blind_seconds", "Time of this run in which the interface was not watched.", "interface");
        _waiting = make.CreateGauge("exposuremap_queue_batches", "Batches of frames that wait for the pipeline.");
        _ends = make.CreateCounter("exposuremap_frames_total", "Accounted frames by where they ended.", "end");
        _conversations = make.CreateCounter("exposuremap_conversations_total", "Conversations seen.");
        _spared = make.CreateCounter("exposuremap_conversations_spared_total",
            "Unanswered conversations that are not in the map because memory is short.");
        _open = make.CreateGauge("exposuremap_conversations_open", "Conversations that are not over.");
        _assets = make.CreateGauge("exposuremap_assets", "Assets of the published map.");
        _conduits = make.CreateGauge("exposuremap_conduits", "Conduits of the published map.");
        _findings = make.CreateGauge("exposuremap_findings", "Open findings of the published map, those accepted counted apart.",
            "severity", "accepted");
        _age = make.CreateGauge("exposuremap_map_age_seconds", "Time since the map was published.");
        _build = make.CreateGauge("exposuremap_map_build_seconds", "How long the published map took to make and evaluate.");
        _save = make.CreateHistogram("exposuremap_store_save_seconds", "How long saving the map took.",
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.001, 4, 8) });
        _storeFailures = make.CreateCounter("exposuremap_store_failures_total", "Saves that failed.");
        parts.StoreKeeper.Saved += time => _save.Observe(time.TotalSeconds);
        Registry.AddBeforeCollectCallback(Read);
    }

    public CollectorRegistry Registry { get; } = Metrics.NewCustomRegistry();

    private void Read()
    {
        foreach (var one in _parts.Interfaces) Read(one.Report());
        var counters = _parts.Pipeline.Counters;
        foreach (var (end, count) in Ends) _ends.WithLabels(end).IncTo(count(counters));
        _conversations.IncTo(counters.Conversations);
        _spared.IncTo(counters.Spared);
        _open.Set(_parts.Pipeline.OpenConversations);
        _waiting.Set(_parts.Queue.Waiting);
        _storeFailures.IncTo(_parts.StoreKeeper.Failures);
        if (_parts.Publication.Current is { } now) Read(now);
    }

    internal void Read(InterfaceReport report)
    {
        _received.WithLabels(report.Name).IncTo(report.Total.Received);
        _accounted.WithLabels(report.Name).IncTo(report.Accounted);
        _dropped.WithLabels(report.Name, "kernel").IncTo(report.Total.KernelDropped);
        _dropped.WithLabels(report.Name, "interface").IncTo(report.Total.InterfaceDropped);
        _dropped.WithLabels(report.Name, "queue").IncTo(report.Total.QueueDropped);
        _dropped.WithLabels(report.Name, "fault").IncTo(report.Total.Failed);
        _missed.WithLabels(report.Name).IncTo(report.MissedOctets);
        _openings.WithLabels(report.Name).IncTo(report.Openings);
        _blind.WithLabels(report.Name).Set(report.BlindTime.TotalSeconds);
        foreach (var state in InterfaceStateWords.All) _state.WithLabels(report.Name, state).Set(state == report.State.Word() ? 1 : 0);
    }

    private void Read(PublishedMap now)
    {
        _assets.Set(now.Map.Assets.Length);
        _conduits.Set(now.Map.Record.Conduits.Count);
        _age.Set(_parts.Publication.Age.TotalSeconds);
        _build.Set(now.BuildTime.TotalSeconds);
        foreach (var severity in Enum.GetValues<Severity>())
        {
            foreach (var isAccepted in (ReadOnlySpan<bool>)[false, true])
            {
                var count = now.Findings.Count(finding =>
                    finding.Closed is null && finding.Severity == severity && finding.Accepted is not null == isAccepted);
                _findings.WithLabels(severity.Word(), isAccepted.ToString(CultureInfo.InvariantCulture).ToLowerInvariant()).Set(count);
            }
        }
    }
}
