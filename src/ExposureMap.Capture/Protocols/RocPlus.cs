using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Emerson ROC Plus, the protocol of flow computers (ROC Plus Protocol Specification D301180X012, section 2): destination unit and group,
/// source unit and group, opcode, data length, data, CRC. Requests and answers look alike.
/// </summary>
internal sealed class RocPlus : IProtocol
{
    private const int UnitOffset = 0, GroupOffset = 1, OpcodeOffset = 4, LengthOffset = 5, HeaderOctets = 6, CheckOctets = 2;
    private const ushort Port = 4000;
    private const byte Error = 255;

    public string Name => "roc-plus";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets + CheckOctets || !IsOpcode(payload[OpcodeOffset])) return Verdict.None;
        var length = HeaderOctets + payload[LengthOffset] + CheckOctets;
        if (length > payload.Length) return Verdict.None;
        if (length != payload.Length
            && (carrier.Transport == Transport.Udp || payload.Length < length + HeaderOctets || !IsOpcode(payload[length + OpcodeOffset])))
            return Verdict.None;
        if (FrameCheck.Modbus(payload[..(length - CheckOctets)]) != BinaryPrimitives.ReadUInt16LittleEndian(payload[(length - CheckOctets)..]))
            return Verdict.None;
        return payload[LengthOffset] > 0 || carrier.Uses(Port) ? Verdict.Certain : Verdict.Weak;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderOctets) return 0;
        return IsOpcode(stream[OpcodeOffset]) ? HeaderOctets + stream[LengthOffset] + CheckOctets : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        var opcode = message[OpcodeOffset];
        notes.Function(opcode);
        var asks = notes.Carrier.ReceiverPort == Port || notes.Carrier.SenderPort != Port && notes.FromOriginator;
        if (notes.Carrier.Uses(Port)) notes.SenderIs(asks ? Party.Client : Party.Server);
        if (!asks)
        {
            if (notes.Memory.First == opcode || opcode == Error && notes.Memory.First != 0) notes.Answered(opcode != Error);
            notes.Memory.First = 0;
            return;
        }

        NoteDevice(message, notes);
        var (effect, what) = Meaning(opcode);
        if (effect is Effect.Identify or Effect.Read or Effect.Report)
        {
            notes.Effect(effect);
            return;
        }

        notes.Memory.First = opcode;
        notes.Operation(effect, $"{what} (opcode {opcode}) on unit {message[UnitOffset]} group {message[GroupOffset]}");
    }

    private static bool IsOpcode(byte opcode) =>
        opcode is 6 or 7 or 8 or 10 or 11 or 17 or 24 or 50 or 100 or 105 or 108 or (>= 118 and <= 121) or 135 or 136 or 137 or 138 or 139
        or 166 or 167 or 180 or 181 or 203 or 205 or 206 or 224 or 225 or Error;

    /// <summary>Section 3, opcode table.</summary>
    private static (Effect, string) Meaning(byte opcode) => opcode switch
    {
        6 or 100 or 137 => (Effect.Identify, ""),
        224 or 225 => (Effect.Report, ""),
        8 => (Effect.Admin, "sets the clock"),
        17 => (Effect.Admin, "logs in"),
        24 or 205 => (Effect.Admin, "relays a message"),
        11 => (Effect.Write, "writes configurable opcode data"),
        166 => (Effect.Write, "writes consecutive parameters"),
        181 => (Effect.Write, "writes parameters"),
        203 => (Effect.Program, "transfers a file"),
        _ => (Effect.Read, ""),
    };

    private static void NoteDevice(ReadOnlySpan<byte> message, Notes notes)
    {
        var (unit, group) = (message[UnitOffset], message[GroupOffset]);
        if (!DevicesTold.IsNews(notes, behindSender: false, (uint)(unit << 8 | group))) return;
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.Add("roc-plus unit "u8);
        text.Add(unit);
        text.Add(" group "u8);
        text.Add(group);
        DevicesTold.Tell(notes, behindSender: false, text.Text);
    }
}
