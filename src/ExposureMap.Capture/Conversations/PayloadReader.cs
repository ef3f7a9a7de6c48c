using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Finds out what protocol a conversation speaks and lets that protocol read its messages.</summary>
internal sealed class PayloadReader(FlowTable flows, IObserver observer)
{
    /// <summary>So few octets at the beginning of a stream tell no protocol apart: the head is split, and kept until more is there.</summary>
    private const int TooShortToTell = 8;

    private readonly FlowNotes _notes = new(flows, observer);

    public void Read(ref Flow flow, bool fromLow, in Frame frame, ReadOnlySpan<byte> octets, Segment segment, in FrameRecord record)
    {
        var payload = frame.Payload(octets);
        if (segment.Overlap > 0) payload = payload[Math.Min(segment.Overlap, payload.Length)..];
        if (payload.IsEmpty) return;

        ref var side = ref flow.Side(fromLow);
        if (flow.Protocol is null && side.Tries >= Recogniser.MaximumTries) return;
        _notes.PointAt(ref flow, fromLow, frame, record.Number, record.At);
        if (flow.Protocol is not null && flow.ServiceBasis == ServiceBasis.Port && side.Tries < Recogniser.MaximumTries)
            Confirm(ref flow, ref side, payload);
        if (flow.Transport is Transport.Tcp or Transport.Sctp) ReadSegment(ref flow, ref side, payload, segment, frame);
        else ReadDatagram(ref flow, ref side, payload);
    }

    /// <summary>
    /// What was believed for its port is proven, or replaced, by a message that leaves no doubt; and proven by a second one that fits.
    /// </summary>
    private void Confirm(ref Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload)
    {
        side.Tries++;
        if (Recogniser.Certain(ProtocolCatalog.On(flow.Transport), payload, _notes.Carrier) is not { } certain)
        {
            if (Recogniser.Proves(payload, _notes.Carrier, ref flow)) (flow.ServiceBasis, flow.HasNews) = (ServiceBasis.Payload, true);
            return;
        }

        if (certain != flow.Protocol) side.Framer.Drop(flows.Heads);
        (flow.Protocol, flow.ServiceBasis, flow.HasNews) = (certain, ServiceBasis.Payload, true);
    }

    private void ReadDatagram(ref Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload)
    {
        if (flow.Transport == Transport.Icmp)
        {
            _notes.Protocol = flows.Names.NumberOf(NeighborDiscovery.Name);
            if (flow.Key.IpVersion == 6) NeighborDiscovery.Read(payload, _notes);
            return;
        }

        if (flow.Protocol is null && flow.Transport == Transport.Udp && _notes.Awaited(payload) is { } awaited)
            (flow.Protocol, flow.ServiceBasis) = (awaited, ServiceBasis.Payload);
        if (flow.Protocol is null && !Recognise(ref flow, ref side, payload)) return;
        var protocol = flow.Protocol!;
        _notes.Protocol = flow.ProtocolName;
        if (side.Framer.HasKept) payload = side.Framer.KeptWith(payload, flows.Heads);
        payload = payload[..Math.Min(payload.Length, protocol.HeadOctets)];
        protocol.Read(payload, _notes);
        if (_notes.Unread > 0) side.Framer.KeepLast(payload, _notes.Unread, flows.Heads);
        else if (side.Framer.HasKept) side.Framer.Drop(flows.Heads);
    }

    private void ReadSegment(ref Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload, Segment segment, in Frame frame)
    {
        if (segment.Order == SegmentOrder.AfterGap) side.Framer.Lose(side.Sequence.Gap);
        if (flow.Protocol is null && !Recognise(ref flow, ref side, payload)) return;
        var protocol = flow.Protocol!;
        _notes.Protocol = flow.ProtocolName;
        if (segment.Order == SegmentOrder.FillsGap) FillGap(payload[..(int)Math.Min((uint)payload.Length, segment.Filled)], protocol);
        else side.Framer.Feed(payload, protocol, _notes, flows.Heads);
        var cut = frame.WirePayloadLength - frame.PayloadLength;
        if (cut > 0) side.Framer.Lose((uint)cut);
    }

    /// <summary>What comes late is read by itself: the stream went on without it.</summary>
    private void FillGap(ReadOnlySpan<byte> payload, IProtocol protocol)
    {
        var framer = default(MessageFramer);
        framer.Feed(payload, protocol, _notes, flows.Heads);
        framer.Drop(flows.Heads);
    }

    /// <summary>A head split over segments is kept and asked about again with the next one.</summary>
    private bool Recognise(ref Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload)
    {
        if (side.Framer.Kept is not (> 0 and < MessageFramer.SmallHead)) side.Tries++;   // a head that comes octet by octet is one try
        var candidates = ProtocolCatalog.On(flow.Transport);
        var carrier = _notes.Carrier;
        var suspected = flow.Suspected;
        if (side.Framer.HasKept)
        {
            flow.Protocol = Recogniser.Find(candidates, side.Framer.KeptWith(payload, flows.Heads), carrier, ref flow, out var needsStillMore);
            if (flow.Protocol is not null) return Replay(ref flow, ref side.Framer);
            if ((needsStillMore || side.Framer.Kept < TooShortToTell) && side.Tries < Recogniser.MaximumTries) return AskAgain(ref flow, suspected);
            suspected = flow.Suspected;
            side.Framer.Drop(flows.Heads);
        }

        flow.Protocol = Recogniser.Find(candidates, payload, carrier, ref flow, out var needsMore);
        if (flow.Protocol is not null) return true;
        if (flow.Transport is not (Transport.Tcp or Transport.Sctp) || !needsMore && payload.Length >= TooShortToTell) return false;
        side.Framer.KeptWith(payload, flows.Heads);
        return AskAgain(ref flow, suspected);
    }

    /// <summary>A head that will be asked about again with more octets is no message of its own: what it might be does not count yet.</summary>
    private static bool AskAgain(ref Flow flow, IProtocol? suspected)
    {
        flow.Suspected = suspected;
        return false;
    }

    /// <summary>The kept head and the segment together begin the first message.</summary>
    private bool Replay(ref Flow flow, ref MessageFramer framer)
    {
        var whole = framer.KeptWith([], flows.Heads).ToArray();
        framer.Drop(flows.Heads);
        _notes.Protocol = flow.ProtocolName;
        framer.Feed(whole, flow.Protocol!, _notes, flows.Heads);
        return false;
    }
}
