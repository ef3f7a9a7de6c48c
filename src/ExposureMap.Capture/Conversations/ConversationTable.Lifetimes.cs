using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <content>How conversations begin, and how they end and are told.</content>
public sealed partial class ConversationTable
{
    /// <summary>
    /// Tells the conversations of which there is news since the last call. Those that merely grew are told too, but where they are many only some,
    /// those first that wait longest: their counters are a few calls old then. To tell them all each time would cost more than to follow them.
    /// </summary>
    public void TellChanges()
    {
        var (kept, grown) = (0, Math.Max(GrownPerLook, _changed.Count / GrownPart));
        var changed = CollectionsMarshal.AsSpan(_changed);
        foreach (var (row, number) in changed)
        {
            if (!_flows.Has(row, number)) continue;               // ended and told meanwhile
            ref var flow = ref _flows[row];
            if (!flow.HasNews && grown-- <= 0)
            {
                changed[kept++] = (row, number);
                continue;
            }

            (flow.IsChanged, flow.HasNews) = (false, false);
            Tell(ref flow, isOver: false);
        }

        _changed.RemoveRange(kept, _changed.Count - kept);
    }

    /// <summary>The end of the input: every conversation is over.</summary>
    public void Flush()
    {
        GiveUpDatagrams(all: true);
        for (var row = _flows.First; row != 0;)
        {
            _flows.ExpectAfter(row);
            ref var flow = ref _flows[row];
            row = flow.Later;
            Tell(ref flow, isOver: true);
            _flows.Drop(ref flow);
        }

        _unanswered.Forget();
        _farSides.Clear();
        _changed.Clear();
        _flows.Clear();
        TellScans();
        _unanswered.Scans.Clear();
    }

    /// <summary>An ICMP error quoted a packet, in the scope of the error: its conversation's first error counts.</summary>
    /// <returns>Whether it said that something between both ends blocked the conversation.</returns>
    internal bool Blame(in Frame quoted, IcmpVerdict verdict, Address source)
    {
        var key = FlowKey.Of(quoted, _scopes.NumberOf(quoted.Scope), out _);
        ref var flow = ref _flows[Find(key, _flows.HashOf(key))];
        if (flow.Row == 0 || _flows.Extending(ref flow) is not { IcmpVerdict: IcmpVerdict.None } extra) return false;
        (extra.IcmpVerdict, extra.IcmpSource, flow.HasNews) = (verdict, source, true);
        Changed(ref flow);
        return verdict == IcmpVerdict.Prohibited && source != flow.Key.End(true).Address && source != flow.Key.End(false).Address;
    }

    private void Changed(ref Flow flow)
    {
        if (!TracksChanges || flow.IsChanged) return;
        flow.IsChanged = true;
        _changed.Add((flow.Row, flow.Number));
    }

    private int Find(in FlowKey key, uint hash) => _farSides.Count > 0 && _farSides.TryGetValue(key, out var row) ? row : _flows.Find(key, hash);

    /// <summary>The frame's conversation, begun if need be; the empty row when it found no place and was counted elsewhere.</summary>
    private ref Flow FlowOf(in Decoded decoded, in FrameRecord record, string capture)
    {
        ref readonly var frame = ref decoded.Frame;
        ref var flow = ref _flows[Find(decoded.Key, decoded.Hash)];
        var key = decoded.Key;
        if (flow.Row != 0)
        {
            if (!IsOver(ref flow, record.At.Nanoseconds)
                && !(flow.Transport == Transport.Tcp && TcpTracker.BeginsAnew(ref flow, decoded.FromLow, frame)))
                return ref flow;
            key = flow.Key;                                       // seen beyond a router, a conversation goes on where it was seen first
            End(ref flow);
        }

        if (!HasPlace(frame, record, capture)) return ref _flows[0];
        Counters.Conversations++;
        flow = ref _flows.Add(key, _flows.HashOf(key));
        (flow.Number, flow.Transport, flow.FirstIsLow, flow.Capture) =
            (_nextNumber++, Flow.TransportOf(key), decoded.FromLow, _flows.NumberOfCapture(capture));
        (flow.First(decoded.FromLow), flow.Last, flow.FirstFrame) = (record.At.Nanoseconds, record.At.Nanoseconds, record.Number);
        _unanswered.Add(ref flow);
        return ref flow;
    }

    /// <summary>Makes room for a new conversation, at the cost of unanswered ones only.</summary>
    private bool HasPlace(in Frame frame, in FrameRecord record, string capture)
    {
        var isAttempt = frame.IpProtocol != TcpProtocol || (frame.TcpFlags & (TcpFlags.Syn | TcpFlags.Ack)) == TcpFlags.Syn;
        if (isAttempt && _unanswered.Collapses(frame.SourceAddress))
        {
            Counters.Collapsed++;
            _unanswered.Collapse(frame.SourceAddress, record, capture, VlanOf(frame));
            return false;
        }

        if (!_unanswered.IsFull && _flows.Count < _places) return true;
        ref var oldest = ref _flows[_unanswered.TakeOldest()];
        if (oldest.Row == 0)
        {
            Counters.Unplaced++;
            return false;
        }

        Counters.GivenUp++;
        if (oldest.Side(oldest.FirstIsLow).Packets > SynRepetitions) End(ref oldest);
        else Forget(ref oldest);
        return true;
    }

    /// <summary>The conversation is over: tells it.</summary>
    private void End(ref Flow flow)
    {
        Tell(ref flow, isOver: true);
        Forget(ref flow);
    }

    private void Forget(ref Flow flow)
    {
        _unanswered.Remove(ref flow);
        Part(ref flow);
        _flows.Remove(ref flow);
    }

    /// <summary>
    /// A packet's copy was seen in another scope, beyond a router between two watched VLANs. The answer to it will be seen there first:
    /// it belongs to the same conversation, which stays in the scope where it was seen first.
    /// </summary>
    private void Join(ref Flow flow, in FlowKey far, uint hash)
    {
        flow.Duplicates++;
        if (far.Equals(flow.Key) || _flows.ExtraOf(ref flow)?.FarSide is { } known && far.Equals(known) || _flows.Find(far, hash) != 0) return;
        Part(ref flow);
        _flows.Extending(ref flow).FarSide = far;
        _farSides[far] = flow.Row;
    }

    private void Part(ref Flow flow)
    {
        if (_flows.ExtraOf(ref flow)?.FarSide is not { } far) return;
        if (_farSides.GetValueOrDefault(far) == flow.Row) _farSides.Remove(far);
        _flows.Extending(ref flow).FarSide = null;
    }

    private void Sweep()
    {
        GiveUpDatagrams(all: false);
        for (var row = _flows.First; row != 0;)
        {
            ref var flow = ref _flows[row];
            row = flow.Later;
            if (IsOver(ref flow, _now)) End(ref flow);
        }

        TellScans();
    }

    private static bool IsOver(ref Flow flow, long now) => now - flow.Last > Timeouts.Of(ref flow);

    private void Tell(ref Flow flow, bool isOver)
    {
        if (IsSpared(ref flow) && flow.Told == 0)
        {
            Counters.Spared++;
            return;
        }

        var now = _telling.Tell(ref flow, _scopes[flow.Key.Scope], isOver);
        _observer.OnConversation(now, _telling.Kept(ref flow, now));
        if (!isOver) _telling.Keep(ref flow, now);
    }

    /// <summary>A few packets that nobody answered may be of an invented sender: they are the first to go where memory is short.</summary>
    private bool IsSpared(ref Flow flow) => flow.IsUnanswered && flow.Side(flow.FirstIsLow).Packets <= SynRepetitions && _observer.IsSparing;

    /// <summary>Sources whose attempts were counted together are said to scan; the map already holds the first of their targets.</summary>
    private void TellScans()
    {
        Counters.Scanners = Math.Max(Counters.Scanners, _unanswered.Scans.Count);
        foreach (var (source, scan) in _unanswered.Scans.OrderBy(one => one.Key))
            _observer.OnFact(new(source, FactKind.Role, "scanner", "frame", Certainty.Guessed, scan.Evidence, scan.Vlan));
    }
}
