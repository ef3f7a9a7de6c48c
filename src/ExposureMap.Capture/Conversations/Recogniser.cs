using System.Collections.Immutable;
using ExposureMap.Capture.Protocols;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Conversations;

/// <summary>Asks the protocols whose message a payload begins. Certain beats weak; a registered port makes weak believed.</summary>
internal static class Recogniser
{
    /// <summary>Payloads per direction after which a conversation is left unnamed.</summary>
    public const int MaximumTries = 8;

    /// <param name="needsMore">Some protocol fits so far and asks for more octets.</param>
    public static IProtocol? Find(ImmutableArray<IProtocol> candidates, ReadOnlySpan<byte> payload, in Carrier carrier,
        ref Flow flow, out bool needsMore)
    {
        needsMore = false;
        flow.ServiceBasis = ServiceBasis.Payload;
        if (CertainByPort(payload, carrier) is { } registered) return registered;
        IProtocol? certain = null, weak = null;
        var weakUsesPort = false;
        foreach (var protocol in candidates)
        {
            switch (protocol.Recognise(payload, carrier))
            {
                case Verdict.Certain:
                    certain ??= protocol;                         // another that is certain too may have the port
                    break;
                case Verdict.NeedMore:
                    needsMore = true;
                    break;
                case Verdict.Weak:
                    var usesPort = UsesPort(protocol, carrier);
                    if (weak is not null && (weakUsesPort || !usesPort)) break;
                    (weak, weakUsesPort) = (protocol, usesPort);
                    break;
            }
        }

        if (certain is not null) return certain;
        if (weakUsesPort)
        {
            flow.ServiceBasis = ServiceBasis.Port;                // its structure alone would not have been believed
            if (FitsAnywhere(weak!, payload, carrier)) flow.Suspected = weak;
        }

        if (weak is null || weakUsesPort || flow.Suspected == weak) return weak;
        flow.Suspected = weak;
        return null;
    }

    /// <summary>What one weak message and a port made believed, a second one that would fit on any port proves, as it does elsewhere.</summary>
    public static bool Proves(ReadOnlySpan<byte> payload, in Carrier carrier, ref Flow flow)
    {
        if (!FitsAnywhere(flow.Protocol!, payload, carrier)) return false;
        if (flow.Suspected == flow.Protocol) return true;
        flow.Suspected = flow.Protocol;
        return false;
    }

    private static bool FitsAnywhere(IProtocol protocol, ReadOnlySpan<byte> payload, in Carrier carrier) =>
        protocol.Recognise(payload, new(carrier.Transport, SenderPort: 0, ReceiverPort: 0)) is Verdict.Weak or Verdict.Certain;

    /// <summary>The protocol whose structure leaves no doubt, if there is one.</summary>
    public static IProtocol? Certain(ImmutableArray<IProtocol> candidates, ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        foreach (var protocol in candidates)
        {
            if (protocol.Recognise(payload, carrier) == Verdict.Certain) return protocol;
        }

        return null;
    }

    /// <summary>The protocol registered for a port here that is certain: almost always, and the others need not be asked.</summary>
    private static IProtocol? CertainByPort(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        Certain(ProtocolCatalog.On(carrier.Transport, carrier.ReceiverPort), payload, carrier) ??
        Certain(ProtocolCatalog.On(carrier.Transport, carrier.SenderPort), payload, carrier);

    private static bool UsesPort(IProtocol protocol, in Carrier carrier)
    {
        foreach (var port in protocol.Ports) if (carrier.Uses(port)) return true;
        return false;
    }
}
