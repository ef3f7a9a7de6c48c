using ExposureMap.Graph.Map;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Hosting;

/// <summary>
/// One stretch of watching one interface without a break: a capture of its own in evidence and coverage, since frame numbers begin anew with it.
/// The time between two watches of an interface is blind.
/// </summary>
/// <param name="name">Sensor, interface and beginning: <c>hall-7:eth1@2026-11-22T21:39:14Z</c>.</param>
internal sealed class Watch(string name, Timestamp first, long droppedBefore)
{
    private long _frames;
    private long _missedOctets;

    public string Name { get; } = name;

    /// <summary>Frames that came to the map.</summary>
    public long Frames => Volatile.Read(ref _frames);

    /// <summary>Counted by the pipeline's thread alone.</summary>
    public void Count(int frames) => _frames += frames;

    public void Miss(long octets) => _missedOctets += octets;

    /// <summary>What the pipeline counted meanwhile belongs to it.</summary>
    public CaptureCoverage Complete(CaptureCoverage ended) => ended with { Frames = Frames, MissedOctets = _missedOctets };

    public CaptureCoverage Until(Timestamp last, long droppedByNow, string? problem) =>
        new(Name, first, last, Frames, droppedByNow - droppedBefore, Volatile.Read(ref _missedOctets), problem);
}
