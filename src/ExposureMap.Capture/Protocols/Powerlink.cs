using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Ethernet POWERLINK (EPSG DS 301 section 4.6): cyclic frames on EtherType 88AB, and service data (SDO) in datagrams on port 3819.
/// </summary>
internal sealed class Powerlink : IProtocol
{
    private const ushort EtherType = 0x88AB, SdoPort = 3819;
    private const int DestinationOffset = 1, SourceOffset = 2, ServiceOffset = 3, ShortestFrame = 4;
    private const byte StartOfCycle = 1, PollRequest = 3, PollResponse = 4, StartOfAsynchronous = 5, Asynchronous = 6,
        ManagingNode = 240, LastNode = 240;
    private const byte NmtRequest = 3, NmtCommand = 4, Sdo = 5;

    /// <summary>
    /// SDO after the service: sequence layer 4; reserved 1, transaction 1, flags 1 (bit 7 answer, bit 6 abort), command 1 (EPSG DS 301 section
    /// 6.3.2).
    /// </summary>
    private const int SdoFlagsOffset = 10, SdoCommandOffset = 11;
    private const byte Answer = 0x80, Abort = 0x40, WriteByIndex = 1, ReadByIndex = 2;

    public string Name => "powerlink";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [EtherType, SdoPort];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < ShortestFrame || payload[0] is not (StartOfCycle or PollRequest or PollResponse or StartOfAsynchronous or Asynchronous))
            return Verdict.None;
        if (carrier.Transport == Transport.Ethernet) return carrier.Uses(EtherType) ? Verdict.Certain : Verdict.None;
        var fits = carrier.Uses(SdoPort) && payload[0] == Asynchronous && payload[ServiceOffset] == Sdo && payload[DestinationOffset] <= LastNode
            && payload[SourceOffset] <= LastNode;
        return fits ? Verdict.Weak : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < ShortestFrame) return;
        var (type, source) = (message[0] & 0x7F, message[SourceOffset]);
        notes.Function(type);
        if (notes.Carrier.Transport == Transport.Ethernet && source is > 0 and < ManagingNode)
            DevicesTold.Tell(notes, behindSender: true, "powerlink node", source);
        switch (type)
        {
            case PollRequest: notes.SenderIs(Party.Client); notes.Effect(Effect.Write); break;
            case PollResponse: notes.SenderIs(Party.Server); notes.Effect(Effect.Report); break;
            case StartOfCycle or StartOfAsynchronous: notes.SenderIs(Party.Client); break;
            case Asynchronous when message[ServiceOffset] == NmtCommand:
                notes.Operation(Effect.Admin, $"network management command to node {message[DestinationOffset]}"); break;
            case Asynchronous when message[ServiceOffset] == NmtRequest: notes.Effect(Effect.Admin); break;
            case Asynchronous when message[ServiceOffset] == Sdo && message.Length > SdoCommandOffset: ReadSdo(message, notes); break;
        }
    }

    private static void ReadSdo(ReadOnlySpan<byte> message, Notes notes)
    {
        var (flags, command) = (message[SdoFlagsOffset], message[SdoCommandOffset]);
        if ((flags & Answer) != 0)
        {
            notes.SenderIs(Party.Server);
            if (notes.Memory.First != 0) notes.Answered((flags & Abort) == 0);
            notes.Memory.First = 0;
            return;
        }

        if (command == 0) return;
        notes.SenderIs(Party.Client);
        notes.Memory.First = command == WriteByIndex ? 1u : 0u;
        if (command == ReadByIndex) notes.Effect(Effect.Read);
        else if (command == WriteByIndex) notes.Operation(Effect.Write, $"writes an object of node {message[DestinationOffset]}");
        else notes.Effect(Effect.Write);
    }
}
