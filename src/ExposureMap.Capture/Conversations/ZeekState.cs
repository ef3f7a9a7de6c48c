using ExposureMap.Capture.Frames;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Zeek's <c>conn_state</c> (Zeek documentation, base/protocols/conn/main.zeek).</summary>
internal static class ZeekState
{
    public static string Of(Flow flow, bool originatorIsLow, Outcome outcome)
    {
        ref var originator = ref flow.Side(originatorIsLow);
        ref var responder = ref flow.Side(!originatorIsLow);
        if (flow.Transport != Transport.Tcp) return responder.Packets > 0 ? "SF" : "S0";

        var (originatorEnds, responderEnds) = (Has(originator, TcpFlags.Fin), Has(responder, TcpFlags.Fin));
        var (originatorResets, responderResets) = (Has(originator, TcpFlags.Rst), Has(responder, TcpFlags.Rst));
        if (outcome == Outcome.Established)
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

        if (responder.SynAck) return originatorResets ? "RSTO" : "S0";
        return "OTH";
    }

    private static bool Has(in FlowSide side, TcpFlags flag) => (side.Flags & flag) != 0;
}
