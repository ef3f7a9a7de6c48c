using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Where every frame ended. Each frame received is in exactly one of the other counts: <see cref="Accounted"/> equals <see cref="Received"/>.
/// </summary>
public sealed class CaptureCounters
{
    public long Received { get; internal set; }

    /// <summary>Octets of the frames on the wire.</summary>
    public long Octets { get; internal set; }

    /// <summary>In a conversation with ports.</summary>
    public long Transport { get; internal set; }

    /// <summary>In a conversation of another IP protocol.</summary>
    public long Network { get; internal set; }

    /// <summary>In a conversation without IP.</summary>
    public long Link { get; internal set; }

    /// <summary>Fragments kept until their datagram was complete, or given up.</summary>
    public long Fragments { get; internal set; }

    /// <summary>A mirror's duplicates and routed copies.</summary>
    public long Duplicates { get; internal set; }

    /// <summary>Shorter than their link header.</summary>
    public long Truncated { get; internal set; }

    public long UnknownLink { get; internal set; }

    public long TooDeep { get; internal set; }

    /// <summary>Of a conversation that found no place: the table was full of better ones.</summary>
    public long Unplaced { get; internal set; }

    /// <summary>Attempts of a source that scans, counted together because there were too many to follow each.</summary>
    public long Collapsed { get; internal set; }

    public long Accounted => Transport + Network + Link + Fragments + Duplicates + Truncated + UnknownLink + TooDeep + Unplaced + Collapsed;

    // Not frames: how often something happened.

    /// <summary>Frames whose lengths promise more than was captured; they are also in one of the counts above.</summary>
    public long Cut { get; internal set; }

    public long Conversations { get; internal set; }

    /// <summary>Sources whose attempts were counted together.</summary>
    public long Scanners { get; internal set; }

    /// <summary>Conversations given up before anybody answered, to make room for others; their frames stay in the counts above.</summary>
    public long GivenUp { get; internal set; }

    /// <summary>Conversations that nobody answered, not told because the map's memory is short; their frames stay in the counts above.</summary>
    public long Spared { get; internal set; }

    /// <summary>Fragments whose datagram never became complete.</summary>
    public long FragmentsLost { get; internal set; }

    /// <summary>Steps back in time of more than a second.</summary>
    public long ClockSteps { get; internal set; }

    /// <summary>When the earliest and the latest frame passed; never and the beginning of time when there was none.</summary>
    public Timestamp First { get; internal set; } = Timestamp.Never;

    public Timestamp Last { get; internal set; } = Timestamp.Beginning;
}
