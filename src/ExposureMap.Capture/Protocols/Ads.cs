using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Beckhoff ADS in AMS (TwinCAT ADS/AMS specification): AMS/TCP header 6, AMS header 32 octets; discovery by datagrams that begin with a magic
/// number.
/// </summary>
internal sealed class Ads : IProtocol
{
    private const int LengthOffset = 2, TargetOffset = 6, SourceOffset = 14, CommandOffset = 22, FlagsOffset = 24, DataLengthOffset = 26,
        ErrorOffset = 30, DataOffset = 38, TcpHeader = 6;
    private const ushort LastCommand = 9, Response = 1, AdsFlag = 4;
    private const uint DiscoveryMagic = 0x71146603;
    private const int NetIdOctets = 6;
    private const int DeviceInfo = 1, ReadState = 4, Read_ = 2, Write = 3, Control = 5, ReadWrite = 9;

    public string Name => "ads";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [48898, 48899];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Udp)
            return payload.Length >= 12 && BinaryPrimitives.ReadUInt32LittleEndian(payload) == DiscoveryMagic ? Verdict.Certain : Verdict.None;
        if (payload.Length < 2 || payload[0] != 0 || payload[1] != 0) return Verdict.None;
        if (payload.Length < DataOffset) return Verdict.None;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(payload[LengthOffset..]);
        var (command, flags) =
            (BinaryPrimitives.ReadUInt16LittleEndian(payload[CommandOffset..]), BinaryPrimitives.ReadUInt16LittleEndian(payload[FlagsOffset..]));
        var fits = length >= DataOffset - TcpHeader && command <= LastCommand && flags is AdsFlag or (AdsFlag | Response)
            && BinaryPrimitives.ReadUInt32LittleEndian(payload[DataLengthOffset..]) == length - (DataOffset - TcpHeader);
        return fits ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < TcpHeader) return 0;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(stream[LengthOffset..]);
        return stream[0] == 0 && stream[1] == 0 && length < 0x1000000 ? TcpHeader + (int)length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Udp)
        {
            if (message.Length >= 12) ReadDiscovery(message, notes);
            return;
        }

        if (message.Length < DataOffset) return;
        int command = BinaryPrimitives.ReadUInt16LittleEndian(message[CommandOffset..]);
        notes.Function(command);
        if ((message[FlagsOffset] & Response) != 0) ReadAnswer(message, command, notes);
        else ReadRequest(message, command, notes);
    }

    /// <summary>Magic 4, invoke id 4, service 4 with the highest bit set in answers: 1 identification, 6 route added.</summary>
    private static void ReadDiscovery(ReadOnlySpan<byte> message, Notes notes)
    {
        const int ServiceOffset = 8;
        const int AddRoute = 6;
        var service = BinaryPrimitives.ReadUInt32LittleEndian(message[ServiceOffset..]);
        if (service >> 31 != 0) return;
        if (service == AddRoute) notes.Operation(Effect.Admin, $"adds an AMS route");
        else notes.Effect(Effect.Identify);
    }

    private static void ReadRequest(ReadOnlySpan<byte> message, int command, Notes notes)
    {
        const int GroupOffset = DataOffset, IndexOffset = DataOffset + 4;
        const uint ValueByName = 0xF003, ValueByHandle = 0xF005, SumRead = 0xF080;
        notes.SenderIs(Party.Client);
        notes.Memory.First = 0;
        if (message.Length < IndexOffset + 4 || command is DeviceInfo or ReadState or Read_)
        {
            notes.Effect(command is DeviceInfo or ReadState ? Effect.Identify : command == Control ? Effect.Admin : Effect.Read);
            return;
        }

        var (group, index) =
            (BinaryPrimitives.ReadUInt32LittleEndian(message[GroupOffset..]), BinaryPrimitives.ReadUInt32LittleEndian(message[IndexOffset..]));
        if (command == Control)
        {
            notes.Memory.First = 1;
            notes.Operation(Effect.Admin, $"write control: state {(ushort)group}");
        }
        else if (command == Write || command == ReadWrite && group is not (ValueByName or ValueByHandle or SumRead))
        {
            notes.Memory.First = 1;
            notes.Operation(Effect.Write, $"writes index group {group:X} offset {index:X}");
        }
        else notes.Effect(Effect.Read);
    }

    private static void ReadAnswer(ReadOnlySpan<byte> message, int command, Notes notes)
    {
        const int ResultOffset = DataOffset, VersionOffset = DataOffset + 4, NameOffset = DataOffset + 8, NameOctets = 16;
        notes.SenderIs(Party.Server);
        if (notes.Memory.First != 0)
        {
            var refused = BinaryPrimitives.ReadUInt32LittleEndian(message[ErrorOffset..]) != 0
                || message.Length >= ResultOffset + 4 && BinaryPrimitives.ReadUInt32LittleEndian(message[ResultOffset..]) != 0;
            notes.Answered(!refused);
        }

        notes.Memory.First = 0;
        NoteNetId(message.Slice(SourceOffset, NetIdOctets), notes);
        if (command != DeviceInfo || message.Length < NameOffset + NameOctets) return;
        notes.SenderFact(FactKind.Vendor, "Beckhoff");
        notes.SenderFact(FactKind.Model, Printable.Run(message.Slice(NameOffset, NameOctets)));
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add(message[VersionOffset]);
        text.Add("."u8);
        text.Add(message[VersionOffset + 1]);
        text.Add("."u8);
        text.Add(BinaryPrimitives.ReadUInt16LittleEndian(message[(VersionOffset + 2)..]));
        notes.SenderFact(FactKind.Firmware, text.Text);
    }

    private static void NoteNetId(ReadOnlySpan<byte> netId, Notes notes)
    {
        if (!DevicesTold.IsNews(notes, behindSender: true, BinaryPrimitives.ReadUInt32LittleEndian(netId) & int.MaxValue)) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("ams net id "u8);
        for (var index = 0; index < NetIdOctets; index++)
        {
            if (index > 0) text.Add("."u8);
            text.Add(netId[index]);
        }

        notes.SenderFact(FactKind.Fingerprint, text.Text);
    }
}
