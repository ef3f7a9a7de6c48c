using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ExposureMap.Capture.Frames;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Makes the record of a conversation from its state: who opened it, how it went, what was spoken.</summary>
internal sealed class FlowTelling(FlowTable flows, TimeToLiveTable usualTimeToLive)
{
    /// <summary>RFC 6056 section 2.1 and IANA's dynamic range: clients' ports mostly lie above.</summary>
    private const ushort FirstEphemeralPort = 32768;
    private const ushort LastSystemPort = 1023;

    private const int MaximumHistories = 1 << 10;

    private readonly Dictionary<(FlowHistory History, bool OriginatorIsLow, bool IsFlipped), string> _histories = [];

    public Conversation Tell(ref Flow flow, ScopeText scope, bool isOver)
    {
        ref var log = ref flows.LogOf(ref flow);
        var extra = flows.ExtraOf(ref flow);
        var isLow = OriginatorIsLow(ref flow, log.ClientIsLow, out var directionBasis);
        ref var originator = ref flow.Side(isLow);
        ref var responder = ref flow.Side(!isLow);
        var service = Service(ref flow, extra, isLow, out var serviceBasis);
        var outcome = OutcomeOf(ref flow, extra, log.ClientIsLow, isLow, usualTimeToLive);
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
            Arrival = responder.Packets > 0 ? new Timestamp(flow.First(!isLow)) : Timestamp.Never,
            End = last,
            IsOver = isOver,
            OriginatorTraffic = originator.Traffic,
            ResponderTraffic = responder.Traffic,
            State = ZeekState.Of(ref flow, isLow, outcome),
            History = HistoryOf(ref flow, isLow),
            MissedOctets = flow.Missed,
            Duplicates = flow.Duplicates,
            Effects = log.Effects.Of(isLow),
            ResponderEffects = log.Effects.Of(!isLow),
            Functions = FunctionsOf(ref log, extra, isLow),
            ResponderFunctions = FunctionsOf(ref log, extra, !isLow),
            Operations = extra?.Operations ?? [],
            Evidence = new(flows.CaptureOf(ref flow), flow.FirstFrame, flow.LastFrame, first, last),
            BlockedBy = outcome == Outcome.Blocked && extra is not null ? extra.IcmpSource : Address.None,
        };
    }

    /// <summary>Keeps what is told of a conversation that goes on.</summary>
    public void Keep(ref Flow flow, Conversation now) => flows.Telling(ref flow) = new()
    {
        Effects = flows.LogOf(ref flow).Effects,
        Originator = now.OriginatorTraffic,
        Responder = now.ResponderTraffic,
        End = now.End,
        Missed = now.MissedOctets,
        Service = flows.Names.NumberOf(now.Service),
        OriginatorIsLow = OriginatorIsLow(ref flow, flows.LogOf(ref flow).ClientIsLow, out _),
        Outcome = now.Outcome,
        DirectionBasis = now.DirectionBasis,
    };

    /// <summary>What was kept as told, as much of it as takes it back; null when nothing was.</summary>
    public Conversation? Kept(ref Flow flow, Conversation now)
    {
        if (flow.Told == 0) return null;
        ref var told = ref flows.ToldOf(ref flow);
        return now with
        {
            Originator = flow.Key.End(told.OriginatorIsLow),
            Responder = flow.Key.End(!told.OriginatorIsLow),
            Service = flows.Names[told.Service],
            Outcome = told.Outcome,
            DirectionBasis = told.DirectionBasis,
            End = told.End,
            IsOver = false,
            OriginatorTraffic = told.Originator,
            ResponderTraffic = told.Responder,
            MissedOctets = told.Missed,
            Effects = told.Effects.Of(told.OriginatorIsLow),
            ResponderEffects = told.Effects.Of(!told.OriginatorIsLow),
        };
    }

    /// <summary>Contract: by handshake, else by payload semantics, else by ports, else by who came first.</summary>
    /// <param name="clientIsLow">By the content of messages, null when nothing told.</param>
    public static bool OriginatorIsLow(ref Flow flow, bool? clientIsLow, out DirectionBasis basis)
    {
        ref var low = ref flow.Side(true);
        ref var high = ref flow.Side(false);
        basis = DirectionBasis.Handshake;
        var (lowOpens, highOpens) = (Opens(low), Opens(high));
        if (lowOpens != highOpens) return lowOpens;
        if (lowOpens) return flow.FirstIsLow;                     // simultaneous open, RFC 9293 section 3.5
        if (low.SynAck != high.SynAck) return high.SynAck;

        basis = DirectionBasis.Payload;
        if (clientIsLow is { } isLow) return isLow;

        basis = DirectionBasis.Port;
        if (flow.Transport is Transport.Tcp or Transport.Udp or Transport.Sctp)
        {
            var (lowPort, highPort) = ((ushort)(flow.Key.Ports >> 16), (ushort)flow.Key.Ports);
            var (lowServes, highServes) = (PortRank(ref flow, lowPort), PortRank(ref flow, highPort));
            if (lowServes != highServes) return highServes > lowServes;
        }

        if (flow.Key.End(true).Address.IsGroup != flow.Key.End(false).Address.IsGroup) return flow.Key.End(false).Address.IsGroup;
        basis = DirectionBasis.FirstSeen;
        return flow.FirstIsLow;
    }

    private static bool Opens(in FlowSide side) => (side.Flags & TcpFlags.Syn) != 0;

    /// <summary>
    /// How much a port looks like a server's: the recognised protocol's own, any registered one, a system port, one below the ephemeral range.
    /// </summary>
    private static int PortRank(ref Flow flow, ushort port)
    {
        if (flow.Protocol is not null && flow.Protocol.Ports.Contains(port)) return 4;
        if (PortGuess.Find(flow.Transport, port) is not null) return 3;
        if (port is > 0 and <= LastSystemPort) return 2;
        return port < FirstEphemeralPort ? 1 : 0;
    }

    /// <summary>Messages by <c>protocol.code</c>, in the order in which they were first seen.</summary>
    private ImmutableArray<FunctionTally> FunctionsOf(ref FlowLog log, FlowExtra? extra, bool fromLow)
    {
        var more = extra is null ? [] : extra.Functions;
        var count = CountOf(log.Functions, fromLow) + CountOf(more, fromLow);
        if (count == 0) return [];
        var functions = new FunctionTally[count];
        var rest = Fill(functions, log.Functions, fromLow);
        Fill(rest, more, fromLow);
        return ImmutableCollectionsMarshal.AsImmutableArray(functions);
    }

    private static int CountOf(ReadOnlySpan<FunctionCount> functions, bool fromLow)
    {
        var count = 0;
        foreach (ref readonly var one in functions) if (one.FromLow == fromLow) count++;
        return count;
    }

    /// <returns>The room that is left.</returns>
    private Span<FunctionTally> Fill(Span<FunctionTally> room, ReadOnlySpan<FunctionCount> functions, bool fromLow)
    {
        var filled = 0;
        foreach (ref readonly var one in functions)
            if (one.FromLow == fromLow)
                room[filled++] = new(flows.Names.Function(one.Protocol, one.Code), one.Count);
        return room[filled..];
    }

    /// <summary>Most conversations go one of a few ways: each text is made once.</summary>
    private string HistoryOf(ref Flow flow, bool originatorIsLow)
    {
        var isFlipped = originatorIsLow != flow.FirstIsLow;
        if (_histories.TryGetValue((flow.History, originatorIsLow, isFlipped), out var text)) return text;
        text = flow.History.ToText(originatorIsLow, isFlipped);
        if (_histories.Count < MaximumHistories) _histories.Add((flow.History, originatorIsLow, isFlipped), text);
        return text;
    }

    private static string Service(ref Flow flow, FlowExtra? extra, bool originatorIsLow, out ServiceBasis basis)
    {
        if (flow.Protocol is not null)
        {
            basis = flow.ServiceBasis;
            return extra is null || extra.Carried.IsEmpty ? flow.Protocol.Name : flow.Protocol.Name + "," + string.Join(',', extra.Carried);
        }

        basis = ServiceBasis.Port;
        var port = flow.Transport == Transport.Ethernet ? flow.Key.Protocol : flow.Key.End(!originatorIsLow).Port;
        if (PortGuess.Find(flow.Transport, port) is { } guess) return guess.Name;
        basis = ServiceBasis.None;
        return "";
    }

    private static Outcome OutcomeOf(ref Flow flow, FlowExtra? extra, bool? clientIsLow, bool originatorIsLow, TimeToLiveTable usual)
    {
        ref var originator = ref flow.Side(originatorIsLow);
        ref var responder = ref flow.Side(!originatorIsLow);
        if (flow.Transport == Transport.Tcp && TcpOutcome(originator, responder, flow.Key.End(!originatorIsLow).Address, usual) is { } told)
            return told;
        if (responder.Packets > 0 && originator.Packets > 0 && flow.Transport != Transport.Tcp) return Outcome.Established;
        return extra?.IcmpVerdict switch
        {
            IcmpVerdict.Prohibited => Outcome.Blocked,
            IcmpVerdict.PortUnreachable when extra.IcmpSource == flow.Key.End(!originatorIsLow).Address => Outcome.Rejected,
            IcmpVerdict.PortUnreachable => Outcome.Blocked,       // a router that answers in the target's place
            IcmpVerdict.Unreachable => Outcome.Attempted,
            _ => Unanswered(ref flow, clientIsLow, originator),
        };
    }

    /// <summary>Null when the handshake alone does not tell.</summary>
    /// <param name="usual">The TTL of the responder's other packets: a RST with another one was sent by something in between.</param>
    private static Outcome? TcpOutcome(in FlowSide originator, in FlowSide responder, Address responding, TimeToLiveTable usual)
    {
        var wasOpened = (originator.Flags & TcpFlags.Syn) != 0;
        if (responder.SynAck) return originator.AckedSynAck ? Outcome.Established : wasOpened ? Outcome.Attempted : Outcome.OneWay;
        if (originator.SynAck && originator.AckedSynAck | responder.AckedSynAck) return Outcome.Established;   // simultaneous or split handshake
        if (responder.Packets == 0) return null;
        if (!responder.SentMoreThanReset)
        {
            var usualTimeToLive = usual.Of(responding);
            var isFromElsewhere = usualTimeToLive != 0 && Math.Abs(usualTimeToLive - responder.ResetTimeToLive) > 1;
            return isFromElsewhere ? Outcome.Blocked : Outcome.Rejected;
        }

        return originator.Packets > 0 && originator.SentMoreThanReset ? Outcome.Midstream : Outcome.OneWay;
    }

    private static Outcome Unanswered(ref Flow flow, bool? clientIsLow, in FlowSide originator)
    {
        if (flow.Transport == Transport.Tcp) return (originator.Flags & TcpFlags.Syn) != 0 ? Outcome.Attempted : Outcome.OneWay;
        var isAsked = clientIsLow is not null && originator.Packets > 0 && flow.Transport is Transport.Udp or Transport.Sctp;
        return isAsked && !flow.Key.End(true).Address.IsGroup && !flow.Key.End(false).Address.IsGroup ? Outcome.Attempted : Outcome.OneWay;
    }
}
