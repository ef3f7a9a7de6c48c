using ExposureMap.Capture.Frames;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Zeek's <c>conn_state</c> (Zeek documentation, base/protocols/conn/main.zeek).</summary>
internal static class ZeekState
{
    public static string Of(ref Flow flow, bool originatorIsLow, Outcome outcome)
    {
        ref var originator = ref flow.Side(originatorIsLow);
        ref var responder = ref flow.Side(!originatorIsLow);
        if (flow.Transport == Transport.Udp)
            return (originator.Packets > 0, responder.Packets > 0) switch { (true, true) => "SF", (true, false) => "S0", _ => "SHR" };
        if (flow.Transport != Transport.Tcp) return "OTH";

        var (originatorEnds, responderEnds) = (Has(originator, TcpFlags.Fin), Has(responder, TcpFlags.Fin));
        var (originatorResets, responderResets) = (Has(originator, TcpFlags.Rst), Has(responder, TcpFlags.Rst));
        if (outcome == Outcome.Established || Has(originator, TcpFlags.Syn) && responder.SynAck)   // Zeek: established from the SYN-ACK on
        {
            if (originatorResets) return "RSTO";
            if (responderResets) return "RSTR";
            return (originatorEnds, responderEnds) switch { (true, true) => "SF", (true, false) => "S2", (false, true) => "S3", _ => "S1" };
        }

        if (Has(originator, TcpFlags.Syn) && !responder.SynAck)
        {
            if (responderResets) return "REJ";
            if (originatorResets) return "RSTOS0";
            return originatorEnds ? "SH" : "S0";
        }

        if (responder.SynAck && !Has(originator, TcpFlags.Syn))
        {
            if (responderResets) return "RSTRH";
            return responderEnds ? "SHR" : "OTH";
        }

        return "OTH";
    }

    private static bool Has(in FlowSide side, TcpFlags flag) => (side.Flags & flag) != 0;
}
