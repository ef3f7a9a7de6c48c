using System.Runtime.InteropServices;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Conversations that nobody has answered yet, oldest first. They have places of their own, so that a scan or a flood of invented senders
/// never pushes out a conversation that was answered. Once the places are taken, a source with many of them is a scanner: its further attempts
/// are counted together instead of one by one.
/// </summary>
internal sealed class UnansweredFlows(FlowTable flows, int places)
{
    /// <summary>Unanswered conversations of one source from which on it scans, once places are short.</summary>
    private const int ManyTargets = 64;

    private const int Spare = 1 << 12;

    private Queue<(int Row, long Number)> _oldest = [];

    /// <summary>How many there are of each source; counted only once places are short.</summary>
    private Dictionary<Address, int>? _bySource;

    /// <summary>Sources whose attempts were counted together; bounded, since each needs <see cref="ManyTargets"/> places to become one.</summary>
    public Dictionary<Address, Scan> Scans { get; } = [];

    public int Count { get; private set; }

    public bool IsFull => Count >= places;

    public void Add(ref Flow flow)
    {
        Count++;
        flow.IsUnanswered = true;
        _oldest.Enqueue((flow.Row, flow.Number));
        if (_bySource is not null) CollectionsMarshal.GetValueRefOrAddDefault(_bySource, SourceOf(ref flow), out _)++;
    }

    /// <summary>The conversation was answered, or is over.</summary>
    public void Remove(ref Flow flow)
    {
        if (!flow.IsUnanswered) return;
        flow.IsUnanswered = false;
        Count--;
        if (_bySource is not null && --CollectionsMarshal.GetValueRefOrAddDefault(_bySource, SourceOf(ref flow), out _) <= 0)
            _bySource.Remove(SourceOf(ref flow));
        if (_oldest.Count > 2 * Count + Spare) _oldest = new(_oldest.Where(IsStillUnanswered));   // holds on to nothing that was answered
    }

    /// <summary>Gives up the oldest one: its row, 0 when there is none.</summary>
    public int TakeOldest()
    {
        while (_oldest.TryDequeue(out var oldest))
        {
            if (!IsStillUnanswered(oldest)) continue;
            Remove(ref flows[oldest.Row]);
            return oldest.Row;
        }

        return 0;
    }

    /// <summary>Is this another attempt of a source that scans, while places are short?</summary>
    public bool Collapses(Address source) => IsFull && (Scans.ContainsKey(source) || CountBySource().GetValueOrDefault(source) > ManyTargets);

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
        _bySource = null;
        Count = 0;
    }

    private Dictionary<Address, int> CountBySource()
    {
        if (_bySource is not null) return _bySource;
        _bySource = [];
        foreach (var one in _oldest)
        {
            if (IsStillUnanswered(one)) CollectionsMarshal.GetValueRefOrAddDefault(_bySource, SourceOf(ref flows[one.Row]), out _)++;
        }

        return _bySource;
    }

    /// <summary>The row may be another conversation's by now.</summary>
    private bool IsStillUnanswered((int Row, long Number) one)
    {
        ref var flow = ref flows[one.Row];
        return flow.Number == one.Number && flow.IsUnanswered;
    }

    private static Address SourceOf(ref Flow flow) => flow.Key.End(flow.FirstIsLow).Address;
}

/// <summary>When the attempts of one source that were counted together began and ended.</summary>
internal struct Scan(string capture, long firstFrame, Timestamp first, int vlan)
{
    public long LastFrame;
    public Timestamp Last;

    public readonly int Vlan => vlan;

    public readonly Evidence Evidence => new(capture, firstFrame, LastFrame, first, Last);
}
