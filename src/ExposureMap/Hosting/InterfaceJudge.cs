using ExposureMap.Capture.Sources;

namespace ExposureMap.Hosting;

/// <summary>Tells the state of a capture from its counters: which interface lost frames lately, which has gone silent.</summary>
internal sealed class InterfaceJudge(TimeProvider clock)
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>Without a frame for so long an interface is silent: on a mirror port somebody always speaks.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);

    /// <summary>So long after the last loss an interface is called lossy.</summary>
    public static readonly TimeSpan Loss = TimeSpan.FromSeconds(60);

    private long _looked;
    private long _heard;
    private long _lost;
    private bool _hasLost;
    private CaptureStatistics _last;

    public bool IsDue => clock.GetElapsedTime(_looked) >= Interval;

    public void Begin()
    {
        (_last, _hasLost) = (default, false);
        _looked = _heard = clock.GetTimestamp();
    }

    public InterfaceState Judge(LiveState state, in CaptureStatistics now)
    {
        _looked = clock.GetTimestamp();
        if (now.Received > _last.Received) _heard = _looked;
        if (Lost(now) > Lost(_last)) (_lost, _hasLost) = (_looked, true);
        _last = now;
        return state switch
        {
            LiveState.LinkDown => InterfaceState.LinkDown,
            LiveState.Missing => InterfaceState.Missing,
            LiveState.Failed => InterfaceState.Error,
            LiveState.Stopped => InterfaceState.Stopped,
            _ when _hasLost && clock.GetElapsedTime(_lost) < Loss => InterfaceState.Lossy,
            _ when clock.GetElapsedTime(_heard) >= Silence => InterfaceState.Silent,
            _ => InterfaceState.Live,
        };
    }

    public static string Explain(InterfaceState state) => state switch
    {
        InterfaceState.Silent => "no frame for 30 s: is the mirror port still fed?",
        InterfaceState.Lossy => "frames were lost: the map may lack conversations",
        InterfaceState.LinkDown => "no carrier, or the interface is down",
        _ => "",
    };

    private static long Lost(in CaptureStatistics statistics) =>
        statistics.KernelDropped + statistics.InterfaceDropped + statistics.QueueDropped + statistics.Failed;
}
