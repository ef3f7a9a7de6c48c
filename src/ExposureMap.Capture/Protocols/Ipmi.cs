using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>IPMI over LAN in RMCP, IPMI v2.0 section 13.1 to 13.6: a server's or a gateway's second, mightier entrance.</summary>
internal sealed class Ipmi : IProtocol
{
    private const ushort Port = 623;
    private const int Class = 3, Authentication = 4, PayloadType = 5;
    private const byte Asf = 0x06, Message = 0x07;               // section 13.1.3
    private const byte NoAuthentication = 0, RmcpPlus = 6;       // section 13.6
    private const byte Encrypted = 0x80;
    // RMCP 4, session head 10, then rsAddr, netFn, checksum, rqAddr, rqSeq, cmd (section 13.8)
    private const int NetFunction = 15, Command = 19, Data = 20;
    private const int Chassis = 0, ChassisControl = 2;           // section 28.3

    public string Name => "ipmi";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 8 || payload[0] != 6 || payload[1] != 0) return Verdict.None;
        return payload[Class] switch
        {
            Message when payload.Length > 14 && payload[Authentication] is NoAuthentication or 1 or 2 or 4 or 5 or RmcpPlus =>
                carrier.Uses(Port) ? Verdict.Certain : Verdict.None,
            // IANA 4542, ASF
            Asf or Asf | 0x80 when payload.Length >= 12 && payload[4] == 0 && payload[5] == 0 && payload[6] == 0x11 && payload[7] == 0xBE =>
                Verdict.Certain,
            _ => Verdict.None,
        };
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= PayloadType || message[Class] != Message) return;
        if (message[Authentication] == RmcpPlus)
        {
            notes.Effect((message[PayloadType] & Encrypted) != 0 ? Effect.Opaque : Effect.Admin);
            return;
        }

        if (message[Authentication] != NoAuthentication || message.Length <= Data) return;
        var function = message[NetFunction] >> 2;
        notes.SenderIs((function & 1) == 0 ? Party.Client : Party.Server);                   // section 5.1: even asks, odd answers
        if ((function & 1) != 0) notes.SenderFact(FactKind.Role, "management controller");
        else if (function == Chassis && message[Command] == ChassisControl)
            notes.Operation(Effect.Control, $"chassis control {message[Data] & 0x0F}");
        else notes.Effect(Effect.Admin);
    }
}
