using ExposureMap.Capture.Sources;
using ExposureMap.Configuration;
using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;
using ExposureMap.Telemetry;

namespace ExposureMap.Hosting;

/// <summary>
/// One interface under supervision: a thread of its own opens it, hands its frames to the pipeline, judges its state, and opens it anew when it was
/// lost, sooner at first and then every half minute, for as long as the service runs.
/// </summary>
internal sealed class WatchedInterface(InterfaceSettings settings, string sensor, BatchQueue queue, TimeProvider clock, ILogger log) : Worker
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);

    private readonly InterfaceJudge _judge = new(clock);
    private readonly Lock _gate = new();                       // everything below: the thread writes it, others ask for reports
    private LiveCapture? _capture;
    private Watch? _watch;
    private CaptureStatistics _before;                         // of the openings that are over
    private InterfaceState _state = InterfaceState.Opening;
    private string? _problem;
    private DateTimeOffset _since = clock.GetUtcNow();
    private TimeSpan _blind;
    private int _openings;
    private long _accounted;
    private long _missedOctets;
    private long _lastFrame = long.MinValue;                   // ticks of UTC

    public string Name => settings.Name;

    public InterfaceReport Report()
    {
        lock (_gate)
        {
            var blind = _state.IsWatching() ? _blind : _blind + (clock.GetUtcNow() - _since);
            var last = Volatile.Read(ref _lastFrame);
            return new(
                Name, _state, _since, _problem, Total(), Volatile.Read(ref _accounted), Volatile.Read(ref _missedOctets),
                last == long.MinValue ? null : new DateTimeOffset(last, TimeSpan.Zero), _openings, blind);
        }
    }

    /// <summary>Of the watch that goes on, or null.</summary>
    public CaptureCoverage? Coverage()
    {
        lock (_gate) return _watch?.Until(Timestamp.From(clock.GetUtcNow()), Dropped(), null);
    }

    /// <summary>The pipeline has placed these frames. Called by its thread alone.</summary>
    public void Account(Watch watch, int frames)
    {
        watch.Count(frames);
        Volatile.Write(ref _accounted, _accounted + frames);
    }

    public void Miss(Watch watch, long octets)
    {
        watch.Miss(octets);
        Volatile.Write(ref _missedOctets, _missedOctets + octets);
    }

    /// <summary>The first opening, before the service runs. An interface that is not there is waited for.</summary>
    /// <exception cref="CaptureException">It is there, and cannot be captured: the message tells the remedy.</exception>
    public void OpenFirst()
    {
        if (IsThere()) Begin(Open());
        else Become(InterfaceState.Missing, Absence());
    }

    protected override void Run(CancellationToken stop)
    {
        var pause = ShortestPause;
        while (!stop.IsCancellationRequested)
        {
            if (_capture is not null || TryOpen())
            {
                var opened = clock.GetTimestamp();
                Read(_capture!, stop);
                if (clock.GetElapsedTime(opened) > LongestPause) pause = ShortestPause;
                End(stop.IsCancellationRequested);
            }

            if (stop.WaitHandle.WaitOne(pause)) break;
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }

        Become(InterfaceState.Stopped, null);
    }

    public override void Dispose()
    {
        _capture?.Dispose();
        base.Dispose();
    }

    private bool TryOpen()
    {
        if (!IsThere())
        {
            Become(InterfaceState.Missing, Absence());
            return false;
        }

        try
        {
            Begin(Open());
            return true;
        }
        catch (CaptureException refused)
        {
            Become(InterfaceState.Error, refused.Message);
            return false;
        }
    }

    private LiveCapture Open() =>
        LiveCapture.Open(Name, new() { Filter = settings.Filter, SnapLength = Math.Min(settings.Snaplen, FrameBatch.MaximumFrame) });

    private void Begin(LiveCapture capture)
    {
        lock (_gate)
        {
            _capture = capture;
            _openings++;
            _judge.Begin();
        }

        Become(InterfaceState.Live, null);
    }

    /// <summary>Until the capture is over or the service stops.</summary>
    private void Read(LiveCapture capture, CancellationToken stop)
    {
        var goesOn = true;
        while (goesOn && !stop.IsCancellationRequested)
        {
            if (!queue.TryRent(out var batch, Wait)) continue;
            goesOn = capture.Read(batch, stop);
            HandOver(batch);
            Judge(capture);
        }
    }

    private void HandOver(FrameBatch batch)
    {
        if (batch.Count == 0)
        {
            queue.Return(batch);
            return;
        }

        if (_watch is null) BeginWatch();                      // frames although the link is said to be down
        Volatile.Write(ref _lastFrame, clock.GetUtcNow().UtcTicks);
        batch.Capture = _watch!.Name;
        queue.Put(new(this, _watch, batch));
    }

    private void Judge(LiveCapture capture)
    {
        if (!_judge.IsDue) return;
        var statistics = capture.Statistics;
        Become(_judge.Judge(capture.State, statistics), capture.Problem);
    }

    /// <summary>Ends the capture and hands over what it still holds.</summary>
    private void End(bool isStop)
    {
        var capture = _capture!;
        capture.Dispose();
        while (queue.TryRent(out var batch, LongestPause))
        {
            var isMore = capture.Read(batch, CancellationToken.None) && batch.Count > 0;
            HandOver(batch);
            if (!isMore) break;
        }

        lock (_gate)
        {
            _before = Total();
            _capture = null;
        }

        if (!isStop && _state.IsWatching()) Become(InterfaceState.Error, capture.Problem ?? "the capture ended");
    }

    private void Become(InterfaceState state, string? problem)
    {
        lock (_gate)
        {
            if (_state == state && _problem == problem) return;
            var now = clock.GetUtcNow();
            if (!_state.IsWatching()) _blind += now - _since;
            (_state, _problem, _since) = (state, problem, now);
            if (state.IsWatching() && _watch is null) BeginWatch();
            else if (!state.IsWatching() && _watch is { } ended)
            {
                var why = state == InterfaceState.Stopped ? null : problem ?? state.Word();
                queue.Put(new(this, ended, null, ended.Until(Timestamp.From(now), Dropped(), why)));
                _watch = null;
            }
        }

        if (state is InterfaceState.Live or InterfaceState.Stopped) log.InterfaceChanged(Name, state.Word());
        else log.InterfaceImpaired(Name, state.Word(), problem ?? InterfaceJudge.Explain(state));
    }

    private void BeginWatch()
    {
        lock (_gate)
        {
            var now = Timestamp.From(clock.GetUtcNow());
            var second = DateTimeOffset.UnixEpoch.AddTicks(now.Nanoseconds / 100)
                .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
            _watch = new($"{sensor}:{Name}@{second}", now, Dropped());
        }
    }

    private long Dropped()
    {
        var total = Total();
        return total.KernelDropped + total.InterfaceDropped + total.QueueDropped + total.Failed;
    }

    private CaptureStatistics Total()
    {
        if (_capture is null) return _before;
        var now = _capture.Statistics;
        return new(
            _before.Received + now.Received, _before.KernelDropped + now.KernelDropped, _before.InterfaceDropped + now.InterfaceDropped,
            _before.QueueDropped + now.QueueDropped, _before.Failed + now.Failed);
    }

    /// <summary>libpcap's "any" is no interface of the kernel's.</summary>
    private bool IsThere() => Name == "any" || Interfaces.List().Any(one => one.Name == Name);

    private string Absence() => $"{Name}: no such interface; there are {string.Join(", ", Interfaces.List().Select(one => one.Name))}";
}
