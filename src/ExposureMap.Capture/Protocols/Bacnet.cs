using System.Text.Unicode;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>BACnet/IP: virtual link (ANSI/ASHRAE 135-2020, annex J), network layer (clause 6) and application layer (clause 20).</summary>
internal sealed class Bacnet : IProtocol
{
    private const ushort BacnetPort = 47808;
    private const byte BacnetIp = 0x81, WriteTable = 1, ReadTable = 2, Forwarded = 4, RegisterForeign = 5, ReadForeign = 6, DeleteForeign = 8,
        Distribute = 9, Unicast = 10, Broadcast = 11, LastFunction = 12;
    private const int LengthOffset = 2, NetworkOffset = 4, ForwardedNetworkOffset = 10;  // the latter behind the origin's address, J.2.5
    private const byte NetworkVersion = 1, NetworkMessage = 0x80, HasDestination = 0x20, HasSource = 0x08;   // 6.2.2
    private const int AddressHead = 3;                           // network number, length of the address
    private const byte RoutingTable = 6;                         // 6.4.7

    private const byte Segmented = 0x08;
    private const int Confirmed = 0, Unconfirmed = 1, SimpleAck = 2, ComplexAck = 3, Error = 5, Abort = 7;   // 20.1, high nibble
    private const ulong Pending = 0x100;                         // Memory.First: and the invoke id of the last operation

    public string Name => "bacnet";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    /// <summary>BAC0h, and those used for further networks on one link.</summary>
    public ReadOnlySpan<ushort> Ports => [47808, 47809, 47810, 47811, 47812, 47813, 47814, 47815];

    public int HeadOctets => 1500;

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < NetworkOffset || payload[0] != BacnetIp || payload[1] > LastFunction) return Verdict.None;
        var network = NetworkAt(payload[1]);
        var versionFits = network > 0 && payload.Length > network + 1 && payload[network] == NetworkVersion;
        if (ReadUInt16BigEndian(payload[LengthOffset..]) == payload.Length) return versionFits ? Verdict.Certain : Verdict.Weak;
        return versionFits && carrier.Uses(BacnetPort) ? Verdict.Weak : Verdict.None;       // some stacks miscount
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < NetworkOffset || message[0] != BacnetIp) return;
        switch (message[1])
        {
            case WriteTable or RegisterForeign or DeleteForeign:
                notes.Operation(Effect.Admin, $"{(message[1] == RegisterForeign ? "registers as foreign device" : "changes the broadcast table")}");
                break;
            case ReadTable or ReadForeign:
                notes.Effect(Effect.Identify);
                break;
            default:
                var network = NetworkAt(message[1]);
                if (network > 0 && message.Length > network + 1) ReadNetwork(message[network..], notes);
                break;
        }
    }

    private static int NetworkAt(byte function) =>
        function switch { Forwarded => ForwardedNetworkOffset, Distribute or Unicast or Broadcast => NetworkOffset, _ => 0 };

    private static void ReadNetwork(ReadOnlySpan<byte> unit, Notes notes)
    {
        var control = unit[1];
        var rest = unit[2..];
        if ((control & HasDestination) != 0) rest = ReadAddress(rest, behindSender: false, notes);
        if ((control & HasSource) != 0) rest = ReadAddress(rest, behindSender: true, notes);
        if ((control & HasDestination) != 0) rest = rest[Math.Min(1, rest.Length)..];   // hop count
        if (rest.IsEmpty) return;
        if ((control & NetworkMessage) == 0) ReadApplication(rest, routed: (control & HasSource) != 0, notes);
        else if (rest[0] == RoutingTable) notes.Operation(Effect.Admin, $"initializes a routing table");
        else notes.Effect(Effect.Identify);
    }

    private static ReadOnlySpan<byte> ReadAddress(ReadOnlySpan<byte> rest, bool behindSender, Notes notes)
    {
        if (rest.Length < AddressHead || rest.Length < AddressHead + rest[AddressHead - 1]) return [];
        int network = ReadUInt16BigEndian(rest), octets = rest[AddressHead - 1];
        var address = rest.Slice(AddressHead, octets);
        if (octets is > 0 and <= 8)
        {
            uint number = 17;
            foreach (var octet in rest[..(AddressHead + octets)]) number = (number * 31 + octet) & int.MaxValue;
            Span<byte> text = stackalloc byte[64];
            var last = octets == 1 ? address[0] : 0u;
            if (DevicesTold.IsNews(notes, behindSender, number) && Write(text, network, address, last, out var written))
                DevicesTold.Tell(notes, behindSender, text[..written]);
        }

        return rest[(AddressHead + octets)..];
    }

    /// <summary>MS/TP addresses of one octet in decimal, others in hex.</summary>
    private static bool Write(Span<byte> text, int network, ReadOnlySpan<byte> address, uint single, out int written)
    {
        if (address.Length == 1) return Utf8.TryWrite(text, $"bacnet network {network} address {single}", out written);
        Span<char> hex = stackalloc char[16];
        return Convert.TryToHexStringLower(address, hex, out var digits)
            & Utf8.TryWrite(text, $"bacnet network {network} address {hex[..digits]}", out written);
    }

    private static void ReadApplication(ReadOnlySpan<byte> unit, bool routed, Notes notes)
    {
        var type = unit[0] >> 4;
        var segmented = (unit[0] & Segmented) != 0;
        switch (type)
        {
            case Confirmed when unit.Length > (segmented ? 5 : 3):
                notes.SenderIs(Party.Client);
                var service = unit[segmented ? 5 : 3];
                notes.Function(service);
                if (BacnetServices.NoteConfirmed(service, unit[(segmented ? 6 : 4)..], notes)) notes.Memory.First = Pending | unit[2];
                break;
            case Unconfirmed when unit.Length > 1:
                notes.Function(BacnetServices.UnconfirmedCode + unit[1]);
                BacnetServices.NoteUnconfirmed(unit[1], unit[2..], routed, notes);
                break;
            case >= SimpleAck and <= Abort when unit.Length > 1 && type != 4:
                notes.SenderIs(Party.Server);
                ref var memory = ref notes.Memory;
                if (memory.First == (Pending | unit[1]))
                {
                    memory.First = 0;
                    notes.Answered(type < Error);
                }

                if (type == ComplexAck && !segmented && !routed && unit.Length > 3) BacnetServices.NoteAnswer(unit[2], unit[3..], notes);
                break;
            default:
                break;
        }
    }
}
