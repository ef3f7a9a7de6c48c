using System.Runtime.InteropServices;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Conversations that nobody has answered yet, oldest first. They have places of their own, so that a scan or a flood of invented senders
/// never pushes out a conversation that was answered. Once the places are taken, a source with many of them is a scanner: its further attempts
/// are counted together instead of one by one.
/// </summary>
internal sealed class UnansweredFlows(int places)
{
    /// <summary>Unanswered conversations of one source from which on it scans, once places are short.</summary>
    private const int ManyTargets = 64;

    private const int Spare = 1 << 12;

    private Queue<Flow> _oldest = [];
    private readonly Dictionary<Address, int> _bySource = [];

    /// <summary>Sources whose attempts were counted together; bounded, since each needs <see cref="ManyTargets"/> places to become one.</summary>
    public Dictionary<Address, Scan> Scans { get; } = [];

    public int Count { get; private set; }

    public bool IsFull => Count >= places;

    public void Add(Flow flow)
    {
        Count++;
        flow.IsUnanswered = true;
        _oldest.Enqueue(flow);
        CollectionsMarshal.GetValueRefOrAddDefault(_bySource, SourceOf(flow), out _)++;
    }

    /// <summary>The conversation was answered, or is over.</summary>
    public void Remove(Flow flow)
    {
        if (!flow.IsUnanswered) return;
        flow.IsUnanswered = false;
        Count--;
        var source = SourceOf(flow);
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_bySource, source, out _);
        if (--count <= 0) _bySource.Remove(source);
        if (_oldest.Count > 2 * Count + Spare) _oldest = new(_oldest.Where(one => one.IsUnanswered));   // holds on to nothing that was answered
    }

    /// <summary>Gives up the oldest one.</summary>
    public Flow? TakeOldest()
    {
        while (_oldest.TryDequeue(out var flow))
        {
            if (!flow.IsUnanswered) continue;
            Remove(flow);
            return flow;
        }

        return null;
    }

    /// <summary>Is this another attempt of a source that scans, while places are short?</summary>
    public bool Collapses(Address source) => IsFull && (Scans.ContainsKey(source) || _bySource.GetValueOrDefault(source) > ManyTargets);

    public void Collapse(Address source, in FrameRecord record, string capture, int vlan)
    {
        ref var scan = ref CollectionsMarshal.GetValueRefOrAddDefault(Scans, source, out var isKnown);
        if (!isKnown) scan = new(capture, record.Number, record.At, vlan);
        (scan.LastFrame, scan.Last) = (record.Number, record.At);
    }

    /// <summary>All conversations are over; the scans stay to be told.</summary>
    public void Forget()
    {
        _oldest.Clear();
        _bySource.Clear();
        Count = 0;
    }

    private static Address SourceOf(Flow flow) => flow.Key.End(flow.FirstIsLow).Address;
}

/// <summary>When the attempts of one source that were counted together began and ended.</summary>
internal struct Scan(string capture, long firstFrame, Timestamp first, int vlan)
{
    public long LastFrame;
    public Timestamp Last;

    public readonly int Vlan => vlan;

    public readonly Evidence Evidence => new(capture, firstFrame, LastFrame, first, Last);
}
