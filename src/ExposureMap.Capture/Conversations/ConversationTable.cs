using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Frames in, conversations out: finds for each frame its conversation, lets protocols read it, and tells the observer when a conversation
/// is over (silent for its timeout, in packet time) or, for live capture, when it has changed. One thread at a time.
/// </summary>
public sealed class ConversationTable
{
    private const long SweepInterval = 10_000_000_000;            // nanoseconds of packet time
    private const long ClockStep = 1_000_000_000;

    /// <summary>The configuration's default budget.</summary>
    public const long DefaultMemory = 512L << 20;

    /// <summary>A conversation with its key, its notes and what was told of it.</summary>
    private const int OctetsPerConversation = 1024;
    private const byte TcpProtocol = 6;

    /// <summary>What sent more than this in one direction only (syslog, mirrored halves) is told when it is given up.</summary>
    private const int SynRepetitions = 6;
    private const int MinimumPlaces = 1 << 12;

    private readonly Dictionary<FlowKey, Flow> _flows = new(new FlowKeyComparer());
    private readonly Dictionary<FlowKey, Flow> _farSides = new(new FlowKeyComparer());
    private readonly UnansweredFlows _unanswered;
    private readonly List<Flow> _changed = [];
    private readonly List<FlowKey> _expired = [];
    private readonly ScopeTable _scopes = new();
    private readonly DuplicateFilter _duplicates = new();
    private readonly Reassembler _reassembler = new();
    private readonly IObserver _observer;
    private readonly PayloadReader _payloads;
    private readonly TimeToLiveTable _usualTimeToLive = new();
    private readonly FunctionNames _functionNames = new();
    private readonly LinkWitness _links;
    private readonly int _places;
    private long _nextNumber;
    private long _now = long.MinValue;
    private long _lastSweep = long.MinValue;

    /// <param name="memory">Octets that the table may take.</param>
    public ConversationTable(IObserver observer, long memory = DefaultMemory)
    {
        _places = (int)Math.Clamp(memory / OctetsPerConversation, MinimumPlaces, int.MaxValue / 2);
        _unanswered = new UnansweredFlows(_places / 4);
        _observer = observer;
        _payloads = new PayloadReader(observer);
        _links = new LinkWitness(observer);
    }

    public CaptureCounters Counters { get; } = new();

    /// <summary>Conversations that are not over.</summary>
    public int Count => _flows.Count;

    /// <summary>True for live capture: conversations are told again as they grow, each time <see cref="TellChanges"/> is called.</summary>
    public bool TracksChanges { get; init; }

    public void Process(FrameBatch batch)
    {
        foreach (ref readonly var record in batch.Records) Process(batch.Octets(record), record, batch.CaptureOf(record));
    }

    public void Process(ReadOnlySpan<byte> octets, in FrameRecord record, string capture)
    {
        Counters.Received++;
        Counters.Octets += record.OriginalLength;
        Advance(record.At.Nanoseconds);
        Frame frame = default;
        FrameDecoder.Decode(octets, record.LinkType, ref frame);
        if (frame.Status == FrameStatus.Fragment && !frame.IsCut)
        {
            octets = _reassembler.Add(frame, frame.Payload(octets), _scopes.NumberOf(frame.Scope), record.At.Nanoseconds, record.Number, capture);
            if (octets.IsEmpty)
            {
                Counters.Fragments++;
                GiveUpDatagrams(all: false);
                return;
            }

            FrameDecoder.DecodeDatagram(octets, ref frame);
        }
        else if (frame.Status == FrameStatus.Fragment && frame.FragmentOffset == 0) FrameDecoder.DecodeCutFragment(octets, ref frame);

        if (frame.IsCut) KeepWithin(ref frame, record.OriginalLength);
        if (frame.IsCut) Counters.Cut++;
        switch (frame.Status)
        {
            case FrameStatus.Truncated: Counters.Truncated++; break;
            case FrameStatus.UnknownLink: Counters.UnknownLink++; break;
            case FrameStatus.TooDeep: Counters.TooDeep++; break;
            default: Place(octets, frame, record, capture); break;
        }
    }

    /// <summary>A forged length counts no octets that were never on the wire.</summary>
    private static void KeepWithin(ref Frame frame, int octets)
    {
        frame.IpLength = Math.Min(frame.IpLength, octets);
        frame.WirePayloadLength = Math.Clamp(octets - frame.PayloadOffset, 0, frame.WirePayloadLength);
    }

    /// <summary>Tells every conversation that changed since the last call.</summary>
    public void TellChanges()
    {
        foreach (var flow in _changed)
        {
            if (!flow.IsChanged) continue;                        // ended and told meanwhile
            flow.IsChanged = false;
            Tell(flow, isOver: false);
        }

        _changed.Clear();
    }

    /// <summary>The end of the input: every conversation is over.</summary>
    public void Flush()
    {
        GiveUpDatagrams(all: true);
        foreach (var flow in _flows.Values.OrderBy(flow => flow.Number)) Tell(flow, isOver: true);
        foreach (var flow in _changed) flow.IsChanged = false;
        _changed.Clear();
        _flows.Clear();
        _farSides.Clear();
        TellScans();
        _unanswered.Clear();
    }

    private void Place(ReadOnlySpan<byte> octets, in Frame frame, in FrameRecord record, string capture)
    {
        var at = record.At.Nanoseconds;
        var likeness = _duplicates.Check(frame, octets, at, out var place, out var original);
        if (likeness != Likeness.New)
        {
            Counters.Duplicates++;
            original!.Duplicates++;
            Join(original, FlowKey.Of(frame, _scopes.NumberOf(frame.Scope), out _));
            if (likeness == Likeness.RoutedCopy) _links.SeeRouter(_duplicates.Router, EvidenceOf(record, capture), VlanOf(frame));
            return;
        }

        if (FlowOf(frame, record, capture, out var fromLow) is not { } flow) return;
        CountPlaced(frame.Status);
        _duplicates.Remember(place, flow);
        ref var sender = ref flow.Side(fromLow);
        if (sender.Packets == 0)
        {
            sender.First = at;
            _links.See(frame, EvidenceOf(record, capture));
            if (frame.IpVersion != 0 && (frame.TcpFlags & TcpFlags.Rst) == 0) _usualTimeToLive.See(frame.SourceAddress, frame.TimeToLive);
        }

        if (flow.IsUnanswered && fromLow != flow.FirstIsLow) _unanswered.Remove(flow);
        sender.Packets++;
        sender.IpOctets += frame.IpLength;
        sender.PayloadOctets += frame.WirePayloadLength;
        flow.Last = record.Number < flow.LastFrame ? Math.Max(flow.Last, at) : at;   // a datagram that was given up comes late
        flow.LastFrame = Math.Max(flow.LastFrame, record.Number);
        var order = SegmentOrder.Next;
        var overlap = 0;
        if (flow.Transport == Transport.Udp) flow.History.Add('d', fromLow);
        if (flow.Transport == Transport.Tcp) order = TcpTracker.Take(flow, fromLow, frame, out overlap);
        if (order != SegmentOrder.Old) _payloads.Read(flow, fromLow, frame, octets, order, overlap, record);
        if (flow.Transport == Transport.Icmp) IcmpQuote.Apply(frame, octets, this);
        Changed(flow);
    }

    /// <summary>The frame's conversation, begun if need be; null when it found no place and was counted elsewhere.</summary>
    private Flow? FlowOf(in Frame frame, in FrameRecord record, string capture, out bool fromLow)
    {
        var key = NearSide(FlowKey.Of(frame, _scopes.NumberOf(frame.Scope), out fromLow));
        if (_flows.TryGetValue(key, out var flow))
        {
            if (!IsOver(flow, record.At.Nanoseconds) && !(flow.Transport == Transport.Tcp && TcpTracker.BeginsAnew(flow, fromLow, frame))) return flow;
            End(flow);
        }

        if (!HasPlace(frame, record, capture)) return null;
        Counters.Conversations++;
        flow = new Flow(key, _nextNumber++, fromLow, record.At.Nanoseconds) { Capture = capture, FirstFrame = record.Number };
        _flows.Add(key, flow);
        _unanswered.Add(flow);
        return flow;
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
        if (_unanswered.TakeOldest() is { } oldest)
        {
            Counters.GivenUp++;
            if (oldest.Side(oldest.FirstIsLow).Packets > SynRepetitions) End(oldest);
            else Forget(oldest);
            return true;
        }

        Counters.Unplaced++;
        return false;
    }

    /// <summary>The conversation is over: tells it.</summary>
    private void End(Flow flow)
    {
        Forget(flow);
        Tell(flow, isOver: true);
    }

    private void Forget(Flow flow)
    {
        _flows.Remove(flow.Key);
        _unanswered.Remove(flow);
        Part(flow);
        flow.IsChanged = false;
    }

    /// <summary>The conversation of a quoted packet, in the scope of the error that quotes it.</summary>
    internal Flow? Find(in Frame quoted) => _flows.GetValueOrDefault(NearSide(FlowKey.Of(quoted, _scopes.NumberOf(quoted.Scope), out _)));

    /// <summary>
    /// A packet's copy was seen in another scope, beyond a router between two watched VLANs. The answer to it will be seen there first:
    /// it belongs to the same conversation, which stays in the scope where it was seen first.
    /// </summary>
    private void Join(Flow flow, in FlowKey far)
    {
        if (far.Equals(flow.Key) || flow.FarSide is { } known && far.Equals(known) || _flows.ContainsKey(far) || !_flows.ContainsKey(flow.Key)) return;
        Part(flow);
        flow.FarSide = far;
        _farSides[far] = flow;
    }

    private void Part(Flow flow)
    {
        if (flow.FarSide is { } far && _farSides.GetValueOrDefault(far) == flow) _farSides.Remove(far);
        flow.FarSide = null;
    }

    private FlowKey NearSide(in FlowKey key) => _farSides.TryGetValue(key, out var flow) ? flow.Key : key;

    internal void Changed(Flow flow)
    {
        if (!TracksChanges || flow.IsChanged) return;
        flow.IsChanged = true;
        _changed.Add(flow);
    }

    private void Advance(long at)
    {
        if (_now - at > ClockStep && _now != long.MinValue)
        {
            Counters.ClockSteps++;
            _lastSweep = at;
        }

        _now = at;
        if (_lastSweep == long.MinValue) _lastSweep = at;
        if (at - _lastSweep < SweepInterval) return;
        _lastSweep = at;
        Sweep();
    }

    private void Sweep()
    {
        GiveUpDatagrams(all: false);
        _expired.Clear();
        foreach (var (key, flow) in _flows)
        {
            if (IsOver(flow, _now)) _expired.Add(key);
        }

        foreach (var key in _expired) End(_flows[key]);
        TellScans();
    }

    private static bool IsOver(Flow flow, long now) => now - flow.Last > Timeouts.Of(flow);

    private void Tell(Flow flow, bool isOver)
    {
        var before = flow.Told;
        flow.Told = FlowTelling.Tell(flow, _scopes[flow.Key.Scope], _usualTimeToLive, _functionNames, isOver);
        _observer.OnConversation(flow.Told, before);
    }

    /// <summary>Sources whose attempts were counted together are said to scan; the map already holds the first of their targets.</summary>
    private void TellScans()
    {
        Counters.Scanners = Math.Max(Counters.Scanners, _unanswered.Scans.Count);
        foreach (var (source, scan) in _unanswered.Scans.OrderBy(one => one.Key))
            _observer.OnFact(new(source, FactKind.Role, "scanner", "frame", Certainty.Guessed, scan.Evidence, scan.Vlan));
    }

    /// <summary>Fragments that never became a datagram are a conversation of their IP protocol: somebody sent them.</summary>
    private void GiveUpDatagrams(bool all)
    {
        while (_reassembler.TryTakeLost(_now, all, out var lost))
        {
            Counters.FragmentsLost += lost.Fragments;
            Counters.Fragments--;                                 // one of them stands for the conversation
            var frame = lost.First;
            frame.Status = FrameStatus.Network;
            (frame.PayloadOffset, frame.PayloadLength, frame.WirePayloadLength) = (0, 0, 0);
            Place([], frame, new FrameRecord(0, 0, 0, new(lost.Started), 0, 0, lost.FrameNumber), lost.Capture);
        }
    }

    private void CountPlaced(FrameStatus status)
    {
        switch (status)
        {
            case FrameStatus.Transport: Counters.Transport++; break;
            case FrameStatus.Link: Counters.Link++; break;
            default: Counters.Network++; break;
        }
    }

    private static int VlanOf(in Frame frame) => frame.Scope.IsEmpty ? -1 : frame.Scope.Vlans.Outer;

    private static Evidence EvidenceOf(in FrameRecord record, string capture) => new(capture, record.Number, record.Number, record.At, record.At);
}
