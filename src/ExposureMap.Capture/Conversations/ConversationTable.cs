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

    /// <summary>Frames whose conversations are fetched into the processor's cache together. More would push each other out again.</summary>
    private const int Ahead = 32;

    /// <summary>A frame as decoded, with where its conversation is sought.</summary>
    private struct Decoded
    {
        public Frame Frame;
        public FlowKey Key;
        public ulong Hash;
        public ulong CopyHash;
        public bool FromLow;
    }

    private readonly Decoded[] _ahead = new Decoded[Ahead];
    private readonly FlowTable _flows = new();
    private readonly Dictionary<FlowKey, Flow> _farSides = [];
    private readonly UnansweredFlows _unanswered;
    private readonly List<Flow> _changed = [];
    private readonly ScopeTable _scopes = new();
    private readonly DuplicateFilter _duplicates = new();
    private readonly Reassembler _reassembler = new();
    private readonly IObserver _observer;
    private readonly PayloadReader _payloads;
    private readonly TimeToLiveTable _usualTimeToLive = new();
    private readonly FlowTelling _telling;
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
        _telling = new FlowTelling(_usualTimeToLive);
    }

    public CaptureCounters Counters { get; } = new();

    /// <summary>Conversations that are not over.</summary>
    public int Count => _flows.Count;

    /// <summary>True for live capture: conversations are told again as they grow, each time <see cref="TellChanges"/> is called.</summary>
    public bool TracksChanges { get; init; }

    public void Process(FrameBatch batch)
    {
        var records = batch.Records;
        for (var first = 0; first < records.Length; first += Ahead)
        {
            var group = records.Slice(first, Math.Min(Ahead, records.Length - first));
            for (var index = 0; index < group.Length; index++) Decode(batch.Octets(group[index]), group[index].LinkType, ref _ahead[index]);
            for (var index = 0; index < group.Length; index++) _flows.ExpectFlow(_ahead[index].Hash);
            for (var index = 0; index < group.Length; index++) _flows.ExpectLog(_ahead[index].Hash);
            for (var index = 0; index < group.Length; index++) Take(batch.Octets(group[index]), group[index], batch.CaptureOf(group[index]), ref _ahead[index]);
        }
    }

    public void Process(ReadOnlySpan<byte> octets, in FrameRecord record, string capture)
    {
        Decode(octets, record.LinkType, ref _ahead[0]);
        Take(octets, record, capture, ref _ahead[0]);
    }

    private void Decode(ReadOnlySpan<byte> octets, ushort linkType, ref Decoded decoded)
    {
        FrameDecoder.Decode(octets, linkType, ref decoded.Frame);
        Seek(octets, ref decoded);
        _flows.Expect(decoded.Hash);
        _duplicates.Expect(decoded.CopyHash);
    }

    /// <summary>Where the frame's conversation is sought, and its copies.</summary>
    private void Seek(ReadOnlySpan<byte> octets, ref Decoded decoded)
    {
        decoded.Key = FlowKey.Of(decoded.Frame, _scopes.NumberOf(decoded.Frame.Scope), out decoded.FromLow);
        decoded.Hash = _flows.HashOf(decoded.Key);
        decoded.CopyHash = DuplicateFilter.HashOf(decoded.Frame, octets);
    }

    private void Take(ReadOnlySpan<byte> octets, in FrameRecord record, string capture, ref Decoded decoded)
    {
        Counters.Received++;
        Counters.Octets += record.OriginalLength;
        Advance(record.At.Nanoseconds);
        ref var frame = ref decoded.Frame;
        if (frame.Status == FrameStatus.Fragment)
        {
            if (frame.IsCut)
            {
                if (frame.FragmentOffset == 0) FrameDecoder.DecodeCutFragment(octets, ref frame);
            }
            else
            {
                octets = _reassembler.Add(frame, frame.Payload(octets), decoded.Key.Scope, record.At.Nanoseconds, record.Number, capture);
                if (octets.IsEmpty)
                {
                    Counters.Fragments++;
                    GiveUpDatagrams(all: false);
                    return;
                }

                FrameDecoder.DecodeDatagram(octets, ref frame);
            }

            Seek(octets, ref decoded);
        }

        if (frame.IsCut) KeepWithin(ref frame, record.OriginalLength);
        if (frame.IsCut) Counters.Cut++;
        switch (frame.Status)
        {
            case FrameStatus.Truncated: Counters.Truncated++; break;
            case FrameStatus.UnknownLink: Counters.UnknownLink++; break;
            case FrameStatus.TooDeep: Counters.TooDeep++; break;
            default: Place(octets, decoded, record, capture); break;
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
        foreach (var flow in _changed) flow.IsChanged = false;
        _changed.Clear();
        _farSides.Clear();
        _unanswered.Forget();
        foreach (var flow in _flows.TakeAll()) Tell(flow, isOver: true);
        TellScans();
        _unanswered.Scans.Clear();
    }

    private void Place(ReadOnlySpan<byte> octets, in Decoded decoded, in FrameRecord record, string capture)
    {
        ref readonly var frame = ref decoded.Frame;
        var at = record.At.Nanoseconds;
        var likeness = _duplicates.Check(frame, decoded.CopyHash, at, out var original);
        if (likeness != Likeness.New)
        {
            Counters.Duplicates++;
            original!.Duplicates++;
            Join(original, decoded.Key, decoded.Hash);
            if (likeness == Likeness.RoutedCopy) _links.SeeRouter(_duplicates.Router, EvidenceOf(record, capture), VlanOf(frame));
            return;
        }

        var fromLow = decoded.FromLow;
        if (FlowOf(decoded, record, capture) is not { } flow) return;
        CountPlaced(frame.Status);
        _duplicates.Remember(decoded.CopyHash, flow);
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
    private Flow? FlowOf(in Decoded decoded, in FrameRecord record, string capture)
    {
        ref readonly var frame = ref decoded.Frame;
        var (fromLow, flow) = (decoded.FromLow, Find(decoded.Key, decoded.Hash));
        if (flow is not null)
        {
            if (!IsOver(flow, record.At.Nanoseconds) && !(flow.Transport == Transport.Tcp && TcpTracker.BeginsAnew(flow, fromLow, frame))) return flow;
            End(flow);
        }

        if (!HasPlace(frame, record, capture)) return null;
        Counters.Conversations++;
        var key = flow?.Key ?? decoded.Key;                       // seen beyond a router, a conversation goes on where it was seen first
        flow = new Flow(key, _nextNumber++, fromLow, record.At.Nanoseconds) { Capture = capture, FirstFrame = record.Number };
        _flows.Add(flow, _flows.HashOf(key));
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
        _flows.Remove(flow);
        _unanswered.Remove(flow);
        Part(flow);
        flow.IsChanged = false;
    }

    /// <summary>The conversation of a quoted packet, in the scope of the error that quotes it.</summary>
    internal Flow? Find(in Frame quoted)
    {
        var key = FlowKey.Of(quoted, _scopes.NumberOf(quoted.Scope), out _);
        return Find(key, _flows.HashOf(key));
    }

    private Flow? Find(in FlowKey key, ulong hash) =>
        _farSides.Count > 0 && _farSides.TryGetValue(key, out var flow) ? flow : _flows.Find(key, hash);

    /// <summary>
    /// A packet's copy was seen in another scope, beyond a router between two watched VLANs. The answer to it will be seen there first:
    /// it belongs to the same conversation, which stays in the scope where it was seen first.
    /// </summary>
    private void Join(Flow flow, in FlowKey far, ulong hash)
    {
        if (far.Equals(flow.Key) || flow.Extra?.FarSide is { } known && far.Equals(known) || _flows.Find(far, hash) is not null || flow.IsOver) return;
        Part(flow);
        flow.Extras.FarSide = far;
        _farSides[far] = flow;
    }

    private void Part(Flow flow)
    {
        if (flow.Extra?.FarSide is not { } far) return;
        if (_farSides.GetValueOrDefault(far) == flow) _farSides.Remove(far);
        flow.Extra.FarSide = null;
    }

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
        foreach (var flow in _flows.InOrder)
        {
            if (!flow.IsOver && IsOver(flow, _now)) End(flow);
        }

        TellScans();
    }

    private static bool IsOver(Flow flow, long now) => now - flow.Last > Timeouts.Of(flow);

    private void Tell(Flow flow, bool isOver)
    {
        var now = _telling.Tell(flow, _scopes[flow.Key.Scope], isOver);
        _observer.OnConversation(now, flow.Told);
        flow.Told = isOver ? null : now;
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
            Decoded first = new() { Frame = frame };
            Seek([], ref first);
            Place([], first, new FrameRecord(0, 0, 0, new(lost.Started), 0, 0, lost.FrameNumber), lost.Capture);
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
