using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>KNXnet/IP (ISO 22510, EN 50090): header 06 10, service type, total length; in tunnelling and routing a cEMI frame.</summary>
internal sealed class Knx : IProtocol
{
    private const byte HeaderOctets = 6, Version = 0x10;
    private const int ServiceOffset = 2, LengthOffset = 4;
    private const int SearchRequest = 0x0201, SearchResponse = 0x0202, DescriptionResponse = 0x0204, ConnectRequest = 0x0205,
        ConfigurationRequest = 0x0310,
        TunnellingRequest = 0x0420, RoutingIndication = 0x0530, SecureWrapper = 0x0950;

    /// <summary>
    /// After the connection header of 4: cEMI code, additional octets; then controls 2, source 2, destination 2, length 1, TPCI and APCI 2.
    /// </summary>
    private const int ConnectionOctets = 4, CemiAdditional = 1, CemiControls = 2, DestinationInCemi = 4, ApciInCemi = 7;
    private const byte DataRequest = 0x11, DataIndication = 0x29;

    public string Name => "knx";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp, Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [3671];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || payload[0] != HeaderOctets || payload[1] != Version
            || payload[ServiceOffset] is not (2 or 3 or 4 or 5 or 6 or 7 or 9))
            return Verdict.None;
        var length = BinaryPrimitives.ReadUInt16BigEndian(payload[LengthOffset..]);
        return length == payload.Length && length > HeaderOctets ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderOctets) return 0;
        var length = BinaryPrimitives.ReadUInt16BigEndian(stream[LengthOffset..]);
        return stream[0] == HeaderOctets && stream[1] == Version && length >= HeaderOctets ? length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        int service = BinaryPrimitives.ReadUInt16BigEndian(message[ServiceOffset..]);
        notes.Function(service);
        switch (service)
        {
            case SearchResponse or DescriptionResponse: NoteDevice(message, notes); break;
            case SearchRequest or 0x0203 or 0x020B: notes.Effect(Effect.Identify); break;
            case ConnectRequest or 0x0207 or 0x0209: notes.SenderIs(Party.Client); notes.Effect(Effect.Admin); break;
            case ConfigurationRequest: notes.Operation(Effect.Admin, $"device management"); break;
            case TunnellingRequest: ReadCemi(message[Math.Min(message.Length, HeaderOctets + ConnectionOctets)..], notes); break;
            case RoutingIndication: ReadCemi(message[HeaderOctets..], notes); break;
            case SecureWrapper: notes.Effect(Effect.Opaque); break;
        }
    }

    /// <summary>
    /// Application service in the low bits of TPCI and high bits of APCI: 0 group read, 1 response, 2 group write; above 2 device programming.
    /// </summary>
    private static void ReadCemi(ReadOnlySpan<byte> cemi, Notes notes)
    {
        if (cemi.Length < 2 || cemi[0] is not (DataRequest or DataIndication)) return;
        var frame = cemi[Math.Min(cemi.Length, CemiAdditional + 1 + cemi[CemiAdditional])..];
        if (frame.Length <= ApciInCemi + 1) return;
        var service = (frame[ApciInCemi] & 3) << 2 | frame[ApciInCemi + 1] >> 6;
        var destination = BinaryPrimitives.ReadUInt16BigEndian(frame[DestinationInCemi..]);
        var isGroup = (frame[CemiControls - 1] & 0x80) != 0;
        if (service == 0) notes.Effect(Effect.Read);
        else if (service == 1) notes.Effect(Effect.Report);
        else if (service == 2 && cemi[0] == DataIndication && notes.Carrier.Transport == Transport.Udp && notes.Receiver.Address.IsGroup)
            notes.Effect(Effect.Report);
        else if (service == 2 && isGroup)
            notes.Operation(Effect.Control, $"writes group {destination >> 11}/{destination >> 8 & 7}/{destination & 0xFF}");
        else if (service > 2)
            notes.Operation(Effect.Program, $"programs device {destination >> 12}.{destination >> 8 & 15}.{destination & 0xFF} (service {service})");
    }

    /// <summary>
    /// Device information block (type 1): medium, status, individual address 2, installation 2, serial 6, multicast 4, MAC 6, name 30.
    /// </summary>
    private static void NoteDevice(ReadOnlySpan<byte> message, Notes notes)
    {
        const int ControlEndpoint = 8, SerialInBlock = 8, NameInBlock = 24, NameOctets = 30;
        notes.SenderIs(Party.Server);
        var skipped = BinaryPrimitives.ReadUInt16BigEndian(message[ServiceOffset..]) == SearchResponse ? ControlEndpoint : 0;
        var block = message[Math.Min(message.Length, HeaderOctets + skipped)..];
        if (block.Length < NameInBlock + NameOctets || block[1] != 1) return;
        var name = block.Slice(NameInBlock, NameOctets);
        var end = name.IndexOf((byte)0);
        notes.SenderFact(FactKind.Model, end < 0 ? name : name[..end]);
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.AddHex(block.Slice(SerialInBlock, 6));
        notes.SenderFact(FactKind.Serial, text.Text);
    }
}
