using ExposureMap.Capture.Sources;

namespace ExposureMap.Hosting;

/// <summary>What is known of one interface at a moment.</summary>
/// <param name="Since">When it came into this state.</param>
/// <param name="Total">Frames over all openings of this run.</param>
/// <param name="Accounted">Frames that came to the conversation table; with the dropped and failed ones they are the received ones, but for those
/// still queued.</param>
/// <param name="MissedOctets">Acknowledged by their receiver but never captured: what the mirror left out.</param>
/// <param name="BlindTime">Time of this run in which it was not watched, whatever the reason.</param>
internal sealed record InterfaceReport(
    string Name, InterfaceState State, DateTimeOffset Since, string? Problem, CaptureStatistics Total, long Accounted, long MissedOctets,
    DateTimeOffset? LastFrame, int Openings, TimeSpan BlindTime)
{
    public long Dropped => Total.KernelDropped + Total.InterfaceDropped + Total.QueueDropped + Total.Failed;
}
