using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Makes the record of a conversation from its state: who opened it, how it went, what was spoken.</summary>
internal sealed class FlowTelling(TimeToLiveTable usualTimeToLive)
{
    /// <summary>RFC 6056 section 2.1 and IANA's dynamic range: clients' ports mostly lie above.</summary>
    private const ushort FirstEphemeralPort = 32768;
    private const ushort LastSystemPort = 1023;

    private readonly FunctionNames _functions = new();

    public Conversation Tell(Flow flow, ScopeText scope, bool isOver)
    {
        var isLow = OriginatorIsLow(flow, out var directionBasis);
        ref var originator = ref flow.Side(isLow);
        ref var responder = ref flow.Side(!isLow);
        var service = Service(flow, isLow, out var serviceBasis);
        var outcome = OutcomeOf(flow, isLow, usualTimeToLive);
        var first = new Timestamp(flow.Start);
        var last = new Timestamp(Math.Max(flow.Last, flow.Start));
        return new Conversation
        {
            Number = flow.Number,
            Transport = flow.Transport,
            Protocol = flow.Key.Protocol,
            Originator = flow.Key.End(isLow),
            Responder = flow.Key.End(!isLow),
            Vlan = scope.Vlan,
            InnerVlan = scope.InnerVlan,
            Tunnel = scope.Tunnel,
            Overlay = scope.Overlay,
            Service = service,
            ServiceBasis = serviceBasis,
            Outcome = outcome,
            DirectionBasis = directionBasis,
            Start = first,
            Arrival = responder.Packets > 0 ? new Timestamp(responder.First) : Timestamp.Never,
            End = last,
            IsOver = isOver,
            OriginatorTraffic = originator.Traffic,
            ResponderTraffic = responder.Traffic,
            State = ZeekState.Of(flow, isLow, outcome),
            History = flow.History.ToText(isLow, isFlipped: isLow != flow.FirstIsLow),
            MissedOctets = originator.Missed + responder.Missed,
            Duplicates = flow.Duplicates,
            Effects = flow.Log is null ? default : isLow ? flow.Log.LowEffects : flow.Log.HighEffects,
            ResponderEffects = flow.Log is null ? default : isLow ? flow.Log.HighEffects : flow.Log.LowEffects,
            Functions = flow.Log?.Functions(isLow, _functions) ?? [],
            ResponderFunctions = flow.Log?.Functions(!isLow, _functions) ?? [],
            Operations = flow.Log?.Operations ?? [],
            Evidence = new(flow.Capture, flow.FirstFrame, flow.LastFrame, first, last),
            BlockedBy = outcome == Outcome.Blocked && flow.Extra is { } extra ? extra.IcmpSource : Address.None,
        };
    }

    /// <summary>Contract: by handshake, else by payload semantics, else by ports, else by who came first.</summary>
    public static bool OriginatorIsLow(Flow flow, out DirectionBasis basis)
    {
        ref var low = ref flow.Side(true);
        ref var high = ref flow.Side(false);
        basis = DirectionBasis.Handshake;
        var (lowOpens, highOpens) = (Opens(low), Opens(high));
        if (lowOpens != highOpens) return lowOpens;
        if (lowOpens) return flow.FirstIsLow;                     // simultaneous open, RFC 9293 section 3.5
        if (low.SynAck != high.SynAck) return high.SynAck;

        basis = DirectionBasis.Payload;
        if (flow.Log?.ClientIsLow is { } clientIsLow) return clientIsLow;

        basis = DirectionBasis.Port;
        if (flow.Transport is Transport.Tcp or Transport.Udp or Transport.Sctp)
        {
            var (lowPort, highPort) = ((ushort)(flow.Key.Ports >> 16), (ushort)flow.Key.Ports);
            var (lowServes, highServes) = (PortRank(flow, lowPort), PortRank(flow, highPort));
            if (lowServes != highServes) return highServes > lowServes;
        }

        if (flow.Key.End(true).Address.IsGroup != flow.Key.End(false).Address.IsGroup) return flow.Key.End(false).Address.IsGroup;
        basis = DirectionBasis.FirstSeen;
        return flow.FirstIsLow;
    }

    private static bool Opens(in FlowSide side) => (side.Flags & TcpFlags.Syn) != 0;

    /// <summary>How much a port looks like a server's: the recognised protocol's own, any registered one, a system port, one below the ephemeral range.</summary>
    private static int PortRank(Flow flow, ushort port)
    {
        if (flow.Protocol is not null && flow.Protocol.Ports.Contains(port)) return 4;
        if (PortGuess.Find(flow.Transport, port) is not null) return 3;
        if (port is > 0 and <= LastSystemPort) return 2;
        return port < FirstEphemeralPort ? 1 : 0;
    }

    private static string Service(Flow flow, bool originatorIsLow, out ServiceBasis basis)
    {
        if (flow.Protocol is not null)
        {
            basis = flow.ServiceBasis;
            var carried = flow.Log is null ? [] : flow.Log.Carried;
            return carried.Length == 0 ? flow.Protocol.Name : flow.Protocol.Name + "," + string.Join(',', carried);
        }

        basis = ServiceBasis.Port;
        var port = flow.Transport == Transport.Ethernet ? flow.Key.Protocol : flow.Key.End(!originatorIsLow).Port;
        if (PortGuess.Find(flow.Transport, port) is { } guess) return guess.Name;
        basis = ServiceBasis.None;
        return "";
    }

    private static Outcome OutcomeOf(Flow flow, bool originatorIsLow, TimeToLiveTable usual)
    {
        ref var originator = ref flow.Side(originatorIsLow);
        ref var responder = ref flow.Side(!originatorIsLow);
        if (flow.Transport == Transport.Tcp && TcpOutcome(originator, responder, usual.Of(flow.Key.End(!originatorIsLow).Address)) is { } told) return told;
        if (responder.Packets > 0 && originator.Packets > 0 && flow.Transport != Transport.Tcp) return Outcome.Established;
        return flow.Extra?.IcmpVerdict switch
        {
            IcmpVerdict.Prohibited => Outcome.Blocked,
            IcmpVerdict.PortUnreachable when flow.Extra.IcmpSource == flow.Key.End(!originatorIsLow).Address => Outcome.Rejected,
            IcmpVerdict.PortUnreachable => Outcome.Blocked,       // a router that answers in the target's place
            IcmpVerdict.Unreachable => Outcome.Attempted,
            _ => Unanswered(flow, originator),
        };
    }

    /// <summary>Null when the handshake alone does not tell.</summary>
    /// <param name="usualTimeToLive">Of the responder's other packets, 0 when none was seen: a RST with another one was sent by something in between.</param>
    private static Outcome? TcpOutcome(in FlowSide originator, in FlowSide responder, byte usualTimeToLive)
    {
        var wasOpened = (originator.Flags & TcpFlags.Syn) != 0;
        if (responder.SynAck) return originator.AckedSynAck ? Outcome.Established : wasOpened ? Outcome.Attempted : Outcome.OneWay;
        if (originator.SynAck && originator.AckedSynAck | responder.AckedSynAck) return Outcome.Established;   // simultaneous or split handshake
        if (responder.Packets == 0) return null;
        if (!responder.SentMoreThanReset)
        {
            var isFromElsewhere = usualTimeToLive != 0 && Math.Abs(usualTimeToLive - responder.ResetTimeToLive) > 1;
            return isFromElsewhere ? Outcome.Blocked : Outcome.Rejected;
        }

        return originator.Packets > 0 && originator.SentMoreThanReset ? Outcome.Midstream : Outcome.OneWay;
    }

    private static Outcome Unanswered(Flow flow, in FlowSide originator)
    {
        if (flow.Transport == Transport.Tcp) return (originator.Flags & TcpFlags.Syn) != 0 ? Outcome.Attempted : Outcome.OneWay;
        var isAsked = flow.Log?.ClientIsLow is not null && flow.Transport is Transport.Udp or Transport.Sctp;
        return isAsked && !flow.Key.End(true).Address.IsGroup && !flow.Key.End(false).Address.IsGroup ? Outcome.Attempted : Outcome.OneWay;
    }
}
