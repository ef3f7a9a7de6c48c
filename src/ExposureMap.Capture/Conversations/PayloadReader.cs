using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Capture.Sources;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Finds out what protocol a conversation speaks and lets that protocol read its messages.</summary>
internal sealed class PayloadReader(IObserver observer)
{
    /// <summary>So few octets at the beginning of a stream tell no protocol apart: the head is split, and kept until more is there.</summary>
    private const int TooShortToTell = 8;

    private readonly FlowNotes _notes = new(observer);

    public void Read(Flow flow, bool fromLow, in Frame frame, ReadOnlySpan<byte> octets, SegmentOrder order, int overlap, in FrameRecord record)
    {
        var payload = frame.Payload(octets);
        if (overlap > 0) payload = payload[Math.Min(overlap, payload.Length)..];
        if (payload.IsEmpty) return;

        ref var side = ref flow.Side(fromLow);
        if (flow.Protocol is null && side.Tries >= Recogniser.MaximumTries) return;
        _notes.PointAt(flow, fromLow, frame, record.Number, record.At);
        if (flow.Protocol is not null && flow.ServiceBasis == ServiceBasis.Port && side.Tries < Recogniser.MaximumTries) Confirm(flow, ref side, payload);
        if (flow.Transport is Transport.Tcp or Transport.Sctp) ReadSegment(flow, ref side, payload, order, frame);
        else ReadDatagram(flow, ref side, payload);
    }

    /// <summary>What was believed for its port is proven, or replaced, by a message that leaves no doubt.</summary>
    private void Confirm(Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload)
    {
        side.Tries++;
        if (Recogniser.Certain(ProtocolCatalog.On(flow.Transport), payload, _notes.Carrier) is not { } certain) return;
        if (certain != flow.Protocol) side.Framer.Drop();
        (flow.Protocol, flow.ServiceBasis) = (certain, ServiceBasis.Payload);
    }

    private void ReadDatagram(Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload)
    {
        if (flow.Transport == Transport.Icmp)
        {
            _notes.ProtocolName = NeighborDiscovery.Name;
            if (flow.Key.IpVersion == 6) NeighborDiscovery.Read(payload, _notes);
            return;
        }

        if (flow.Protocol is null && !Recognise(flow, ref side, payload)) return;
        var protocol = flow.Protocol!;
        _notes.ProtocolName = protocol.Name;
        protocol.Read(payload[..Math.Min(payload.Length, protocol.HeadOctets)], _notes);
    }

    private void ReadSegment(Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload, SegmentOrder order, in Frame frame)
    {
        if (order == SegmentOrder.AfterGap) side.Framer.Lose(side.Sequence.Gap);
        if (flow.Protocol is null && !Recognise(flow, ref side, payload)) return;
        _notes.ProtocolName = flow.Protocol!.Name;
        if (order == SegmentOrder.FillsGap) default(MessageFramer).Feed(payload[..(int)Math.Min((uint)payload.Length, side.Sequence.Filled)], flow.Protocol, _notes);
        else side.Framer.Feed(payload, flow.Protocol, _notes);
        var cut = frame.WirePayloadLength - frame.PayloadLength;
        if (cut > 0) side.Framer.Lose((uint)cut);
    }

    /// <summary>A head split over segments is kept and asked about again with the next one.</summary>
    private bool Recognise(Flow flow, ref FlowSide side, ReadOnlySpan<byte> payload)
    {
        if (side.Framer.Kept is not (> 0 and < MessageFramer.SmallHead)) side.Tries++;   // a head that comes octet by octet is one try
        var candidates = ProtocolCatalog.On(flow.Transport);
        var carrier = _notes.Carrier;
        var suspected = flow.Extra?.Suspected;
        if (side.Framer.HasKept)
        {
            flow.Protocol = Recogniser.Find(candidates, side.Framer.KeptWith(payload), carrier, flow, out var needsStillMore);
            if (flow.Protocol is not null) return Replay(flow, ref side.Framer);
            if ((needsStillMore || side.Framer.Kept < TooShortToTell) && side.Tries < Recogniser.MaximumTries) return AskAgain(flow, suspected);
            suspected = flow.Extra?.Suspected;
            side.Framer.Drop();
        }

        flow.Protocol = Recogniser.Find(candidates, payload, carrier, flow, out var needsMore);
        if (flow.Protocol is not null) return true;
        if (flow.Transport is not (Transport.Tcp or Transport.Sctp) || !needsMore && payload.Length >= TooShortToTell) return false;
        side.Framer.KeptWith(payload);
        return AskAgain(flow, suspected);
    }

    /// <summary>A head that will be asked about again with more octets is no message of its own: what it might be does not count yet.</summary>
    private static bool AskAgain(Flow flow, IProtocol? suspected)
    {
        if (flow.Extra is { } extra) extra.Suspected = suspected;
        return false;
    }

    /// <summary>The kept head and the segment together begin the first message.</summary>
    private bool Replay(Flow flow, ref MessageFramer framer)
    {
        var whole = framer.KeptWith([]).ToArray();
        framer.Drop();
        _notes.ProtocolName = flow.Protocol!.Name;
        framer.Feed(whole, flow.Protocol, _notes);
        return false;
    }
}
