using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Cisco discovery protocol in an LLC/SNAP frame. Cisco, "Understanding Catalyst: CDP frame format"; type-length-values with the head counted in.
/// </summary>
internal sealed class Cdp : IProtocol
{
    private const int Version = 8, Values = 12;                  // 8 octets LLC and SNAP, version, time to live, checksum
    private const int DeviceId = 1, Addresses = 2, Capabilities = 4, SoftwareVersion = 5, Platform = 6;
    private const uint Router = 0x01, TransparentBridge = 0x02, Switch = 0x08, Telephone = 0x80;

    /// <summary>LLC AA AA 03 (IEEE 802 SNAP), Cisco's OUI, protocol 2000h.</summary>
    private static ReadOnlySpan<byte> Head => [0xAA, 0xAA, 0x03, 0x00, 0x00, 0x0C, 0x20, 0x00];

    public string Name => "cdp";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet];

    public ReadOnlySpan<ushort> Ports => [];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier) =>
        payload.Length > Values && payload.StartsWith(Head) && payload[Version] is 1 or 2 ? Verdict.Certain : Verdict.None;

    public int Measure(ReadOnlySpan<byte> stream) => stream.Length;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length <= Values || !message.StartsWith(Head)) return;
        var values = new Cursor(message[Values..]);
        while (values.Left >= 4)
        {
            var type = values.U16();
            var value = values.Take(values.U16() - 4);
            if (!values.Ok || value.Length == 0) return;
            Note(type, value, notes);
        }
    }

    private static void Note(int type, ReadOnlySpan<byte> value, Notes notes)
    {
        switch (type)
        {
            case DeviceId:
                notes.SenderFact(FactKind.Name, value);
                break;
            case SoftwareVersion:
                notes.SenderFact(FactKind.Firmware, TextHead.FirstLine(value));
                break;
            case Platform:
                notes.SenderFact(FactKind.Model, value);
                notes.SenderFact(FactKind.Vendor, "Cisco Systems, Inc");
                break;
            case Capabilities when value.Length == 4:
                var capable = BinaryPrimitives.ReadUInt32BigEndian(value);
                if ((capable & Router) != 0) notes.SenderFact(FactKind.Role, "router");
                if ((capable & (Switch | TransparentBridge)) != 0) notes.SenderFact(FactKind.Role, "switch");
                if ((capable & Telephone) != 0) notes.SenderFact(FactKind.Role, "telephone");
                break;
            case Addresses:
                NoteAddresses(value, notes);
                break;
        }
    }

    /// <summary>Count, then protocol type 1 (NLPID), its length 1, CCh for IP, address length and address.</summary>
    private static void NoteAddresses(ReadOnlySpan<byte> value, Notes notes)
    {
        var addresses = new Cursor(value);
        var text = new ValueText(stackalloc byte[ValueText.Capacity]);
        text.Append(notes.SenderMac);
        for (var left = Math.Min(addresses.U32(), 16); left > 0 && addresses.Left > 0; left--)
        {
            addresses.Skip(1);
            var protocol = addresses.Take(addresses.U8());
            var octets = addresses.Take(addresses.U16());
            if (protocol is not [0xCC] || octets.Length != 4 || !notes.SenderMac.IsMac) continue;
            var ip = Address.IPv4(octets);
            if (!ip.IsUnspecified && !ip.IsGroup) notes.Fact(ip, FactKind.OwnedBy, text.Value, Certainty.Announced);
        }
    }
}
