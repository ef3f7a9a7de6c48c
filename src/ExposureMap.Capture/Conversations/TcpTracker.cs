using ExposureMap.Capture.Frames;

namespace ExposureMap.Capture.Conversations;

/// <summary>Follows a TCP conversation's handshake and sequence numbers (RFC 9293).</summary>
internal static class TcpTracker
{
    /// <summary>Does this packet begin another conversation on the same ports?</summary>
    public static bool BeginsAnew(ref Flow flow, bool fromLow, in Frame frame)
    {
        if ((frame.TcpFlags & (TcpFlags.Syn | TcpFlags.Ack | TcpFlags.Rst)) != TcpFlags.Syn) return false;
        ref var sender = ref flow.Side(fromLow);
        if ((sender.Flags & TcpFlags.Syn) == 0) return sender.Packets > 0;       // was picked up midstream
        return sender.InitialSequence != frame.Sequence && (flow.IsClosed || flow.Side(!fromLow).SynAck);
    }

    /// <summary>Takes the packet in. Returns how its payload stands in the stream.</summary>
    public static Segment Take(ref Flow flow, bool fromLow, in Frame frame)
    {
        ref var sender = ref flow.Side(fromLow);
        ref var receiver = ref flow.Side(!fromLow);
        var standing = sender.Standing;
        Handshake(ref sender, ref receiver, frame);
        flow.HasNews |= sender.Standing != standing;
        Note(ref flow, fromLow, frame);
        if ((frame.TcpFlags & TcpFlags.Ack) != 0) Acknowledge(ref flow, ref receiver, frame.Acknowledgment);

        if ((frame.TcpFlags & TcpFlags.Syn) != 0)
        {
            if (sender.Sequence.IsKnown && sender.InitialSequence == frame.Sequence) return new(SegmentOrder.Old);
            sender.InitialSequence = frame.Sequence;
            sender.Sequence.Begin(frame.Sequence + 1 + (uint)frame.WirePayloadLength);   // data on a SYN: RFC 7413
            return new(SegmentOrder.Next);
        }

        // a RST's payload is no data, RFC 9293 section 3.5.3
        if ((frame.TcpFlags & TcpFlags.Rst) != 0 || frame.WirePayloadLength == 0) return new(SegmentOrder.Old);
        if (frame.Sequence == sender.InitialSequence && sender.Sequence.Next == frame.Sequence + 1
            && (sender.SynAck || (sender.Flags & TcpFlags.Syn) != 0))
            sender.Sequence.Begin(frame.Sequence);                // traffic generators that forget that a SYN takes a number
        var segment = sender.Sequence.Take(frame.Sequence, frame.WirePayloadLength);
        flow.Missed = Math.Max(0, flow.Missed - segment.Found);
        return segment;
    }

    private static void Handshake(ref FlowSide sender, ref FlowSide receiver, in Frame frame)
    {
        var flags = frame.TcpFlags;
        var opening = flags & (TcpFlags.Syn | TcpFlags.Ack);
        if (opening == TcpFlags.Syn)
        {
            if ((sender.Flags & TcpFlags.Syn) == 0) sender.InitialSequence = frame.Sequence;
            sender.Flags |= TcpFlags.Syn;
        }
        else if (opening == (TcpFlags.Syn | TcpFlags.Ack)) sender.SynAck = true;
        else if ((flags & (TcpFlags.Ack | TcpFlags.Rst)) == TcpFlags.Ack && receiver.SynAck) sender.AckedSynAck = true;

        sender.Flags |= flags & ~(TcpFlags.Syn | TcpFlags.Urg);
        if ((flags & TcpFlags.Rst) == 0)
        {
            sender.SentMoreThanReset = true;
            if (sender.TimeToLive == 0) sender.TimeToLive = frame.TimeToLive;
        }
        else if (sender.ResetTimeToLive == 0) sender.ResetTimeToLive = frame.TimeToLive;
    }

    private static void Note(ref Flow flow, bool fromLow, in Frame frame)
    {
        var flags = frame.TcpFlags;
        if ((flags & TcpFlags.Syn) != 0) flow.History.Add((flags & TcpFlags.Ack) != 0 ? 'h' : 's', fromLow);
        else if (frame.WirePayloadLength > 0) flow.History.Add('d', fromLow);
        else if ((flags & (TcpFlags.Ack | TcpFlags.Fin | TcpFlags.Rst)) == TcpFlags.Ack) flow.History.Add('a', fromLow);
        if ((flags & TcpFlags.Fin) != 0) flow.History.Add('f', fromLow);
        if ((flags & TcpFlags.Rst) != 0) flow.History.Add('r', fromLow);
    }

    /// <summary>
    /// Octets acknowledged beyond what was captured were lost by the capture, not by the network. Absurd jumps (over a window of 1 GiB) are not
    /// believed.
    /// </summary>
    private static void Acknowledge(ref Flow flow, ref FlowSide sender, uint acknowledgment)
    {
        const int LargestWindow = 1 << 30;                        // RFC 7323 section 2.3
        if (!sender.Sequence.IsKnown) return;
        flow.Missed += sender.Sequence.TakeLost(acknowledgment);
        var unseen = (int)(acknowledgment - sender.Sequence.Next);
        if (unseen is <= 1 or > LargestWindow) return;            // 1: a FIN's number
        flow.Missed += unseen;
        sender.Sequence.Lose(acknowledgment);
        sender.Framer.Lose((uint)unseen);
    }
}
