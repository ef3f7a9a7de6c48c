using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>
/// Frames in, conversations out: finds for each frame its conversation, lets protocols read it, and tells the observer when a conversation
/// is over (silent for its timeout, in packet time) or, for live capture, when it has changed. One thread at a time.
/// </summary>
public sealed partial class ConversationTable
{
    private const long SweepInterval = 10_000_000_000;            // nanoseconds of packet time
    private const long ClockStep = 1_000_000_000;

    /// <summary>The configuration's default budget.</summary>
    public const long DefaultMemory = 512L << 20;

    /// <summary>A conversation with its key, its notes and what was told of it.</summary>
    private const int OctetsPerConversation = 1024;
    private const byte TcpProtocol = 6;

    /// <summary>Of conversations that merely grew, so many are told at a look, or this part of them where that is more.</summary>
    private const int GrownPerLook = 4096, GrownPart = 8;

    /// <summary>
    /// What sent more than this in one direction only (syslog, mirrored halves) is told also when it is given up or memory is short.
    /// </summary>
    private const int SynRepetitions = 6;
    private const int MinimumPlaces = 1 << 12;

    /// <summary>Frames whose conversations are fetched into the processor's cache together. More would push each other out again.</summary>
    private const int Ahead = 32;

    /// <summary>A frame as decoded, with where its conversation is sought.</summary>
    private struct Decoded
    {
        public Frame Frame;
        public FlowKey Key;
        public uint Hash;
        public ulong CopyHash;
        public bool FromLow;
    }

    private readonly Decoded[] _ahead = new Decoded[Ahead];
    private readonly FlowTable _flows = new();
    private readonly Dictionary<FlowKey, int> _farSides = [];
    private readonly UnansweredFlows _unanswered;
    private readonly List<(int Row, long Number)> _changed = [];
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
        _unanswered = new UnansweredFlows(_flows, _places / 4);
        _observer = observer;
        _payloads = new PayloadReader(_flows, observer);
        _links = new LinkWitness(observer);
        _telling = new FlowTelling(_flows, _usualTimeToLive);
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
            for (var index = 0; index < group.Length; index++) ExpectMore(_ahead[index]);
            for (var index = 0; index < group.Length; index++)
                Take(batch.Octets(group[index]), group[index], batch.CaptureOf(group[index]), ref _ahead[index]);
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

    private void ExpectMore(in Decoded decoded)
    {
        if (!_flows.ExpectLog(decoded.Hash, decoded.FromLow)) return;
        _links.Expect(decoded.Frame);
        _usualTimeToLive.Expect(decoded.Frame.SourceAddress);
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
        if (record.At < Counters.First) Counters.First = record.At;
        if (record.At > Counters.Last) Counters.Last = record.At;
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

    private void Place(ReadOnlySpan<byte> octets, in Decoded decoded, in FrameRecord record, string capture)
    {
        ref readonly var frame = ref decoded.Frame;
        var at = record.At.Nanoseconds;
        var likeness = _duplicates.Check(frame, decoded.CopyHash, at, out var original);
        if (likeness != Likeness.New)
        {
            Counters.Duplicates++;
            if (_flows.Has(original.Row, original.Number)) Join(ref _flows[original.Row], decoded.Key, decoded.Hash);
            if (likeness == Likeness.RoutedCopy) _links.SeeRouter(_duplicates.Router, EvidenceOf(record, capture), VlanOf(frame));
            return;
        }

        var fromLow = decoded.FromLow;
        ref var flow = ref FlowOf(decoded, record, capture);
        if (flow.Row == 0) return;
        CountPlaced(frame.Status);
        _duplicates.Remember(decoded.CopyHash, ref flow);
        ref var sender = ref flow.Side(fromLow);
        if (sender.Packets == 0)
        {
            flow.First(fromLow) = at;
            flow.HasNews = true;
            if (!flow.IsUnanswered || !_unanswered.IsFull && !_observer.IsSparing) _links.See(frame, EvidenceOf(record, capture));
            if (frame.IpVersion != 0 && (frame.TcpFlags & TcpFlags.Rst) == 0) _usualTimeToLive.See(frame.SourceAddress, frame.TimeToLive);
        }

        if (flow.IsUnanswered && fromLow != flow.FirstIsLow) _unanswered.Remove(ref flow);
        sender.Packets++;
        sender.IpOctets += frame.IpLength;
        sender.PayloadOctets += frame.WirePayloadLength;
        flow.Last = record.Number < flow.LastFrame ? Math.Max(flow.Last, at) : at;   // a datagram that was given up comes late
        flow.LastFrame = Math.Max(flow.LastFrame, record.Number);
        var segment = new Segment(SegmentOrder.Next);
        if (flow.Transport == Transport.Udp) flow.History.Add('d', fromLow);
        if (flow.Transport == Transport.Tcp) segment = TcpTracker.Take(ref flow, fromLow, frame);
        if (segment.Order != SegmentOrder.Old) _payloads.Read(ref flow, fromLow, frame, octets, segment, record);
        if (flow.Transport == Transport.Icmp && IcmpQuote.Apply(frame, octets, this))
            _links.SeeFirewall(frame.SourceAddress, EvidenceOf(record, capture), VlanOf(frame));
        Changed(ref flow);
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
