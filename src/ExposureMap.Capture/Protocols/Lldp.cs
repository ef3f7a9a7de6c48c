using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>Link layer discovery, IEEE 802.1AB-2016 clause 8.</summary>
internal sealed class Lldp : IProtocol
{
    private const ushort EtherType = 0x88CC;
    // table 8-1
    private const int End = 0, ChassisId = 1, PortId = 2, SystemName = 5, SystemDescription = 6, Capabilities = 7, ManagementAddress = 8;
    private const int MacChassis = 4;        // table 8-2
    private const int Bridge = 1 << 2, WirelessPoint = 1 << 3, Router = 1 << 4, Telephone = 1 << 5;   // table 8-4

    public string Name => "lldp";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet];

    public ReadOnlySpan<ushort> Ports => [EtherType];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(EtherType) || payload.Length < 4 || Type(payload) != ChassisId) return Verdict.None;
        var next = 2 + Length(payload);
        return next + 2 <= payload.Length && Type(payload[next..]) == PortId ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        while (message.Length >= 2)
        {
            var type = Type(message);
            var length = Length(message);
            if (type == End || 2 + length > message.Length) return;
            var value = message.Slice(2, length);
            if (value.Length > 0) Note(type, value, notes);
            message = message[(2 + length)..];
        }
    }

    private static int Type(ReadOnlySpan<byte> tlv) => tlv[0] >> 1;

    private static int Length(ReadOnlySpan<byte> tlv) => BinaryPrimitives.ReadUInt16BigEndian(tlv) & 0x1FF;

    private static void Note(int type, ReadOnlySpan<byte> value, Notes notes)
    {
        switch (type)
        {
            case ChassisId when value.Length == 7 && value[0] == MacChassis:
                var chassis = new ValueText(stackalloc byte[ValueText.Capacity]);
                chassis.Append("lldp chassis "u8);
                chassis.Append(Address.Mac(value[1..]));
                notes.SenderFact(FactKind.Fingerprint, chassis.Value);
                break;
            case SystemName:
                notes.SenderFact(FactKind.Name, value);
                break;
            case SystemDescription:
                notes.SenderFact(FactKind.Model, value);
                break;
            case Capabilities when value.Length >= 4:
                var enabled = BinaryPrimitives.ReadUInt16BigEndian(value[2..]);
                if ((enabled & Router) != 0) notes.SenderFact(FactKind.Role, "router");
                if ((enabled & Bridge) != 0) notes.SenderFact(FactKind.Role, "switch");
                if ((enabled & WirelessPoint) != 0) notes.SenderFact(FactKind.Role, "access point");
                if ((enabled & Telephone) != 0) notes.SenderFact(FactKind.Role, "telephone");
                break;
            case ManagementAddress when value.Length >= 6 && value[0] == 5 && value[1] == 1:     // one octet of family (IPv4) and four of address
                NoteOwner(Address.IPv4(value[2..]), notes);
                break;
        }
    }

    private static void NoteOwner(Address ip, Notes notes)
    {
        if (ip.IsUnspecified || ip.IsGroup || ip.IsLoopback || !notes.SenderMac.IsMac) return;
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(notes.SenderMac);
        notes.Fact(ip, FactKind.OwnedBy, text.Value, Certainty.Announced);
    }
}
