using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>EtherCAT on EtherType 88A4h and UDP 34980. IEC 61158-4-12, 5.3 (frame) and 5.4 (datagrams).</summary>
internal sealed class EtherCat : IProtocol
{
    private const ushort EtherType = 0x88A4, Port = 34980;
    private const int LengthMask = 0x07FF, TypeShift = 12, TypeOfDatagrams = 1, FrameHead = 2;
    private const int CommandOffset = 0, RegisterOffset = 4, DatagramLengthOffset = 6, DatagramHead = 10, CounterOctets = 2;   // of a datagram
    private const int MoreFollow = 0x8000, LastCommand = 14, MaximumDatagrams = 15;
    private const ushort ControlRegister = 0x0120;               // AL Control, 61158-6-12
    private const int FirstLogical = 10, LastLogical = 12;

    public string Name => "ethercat";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [EtherType, Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(carrier.Transport == Transport.Ethernet ? EtherType : Port) || payload.Length < FrameHead + DatagramHead)
            return Verdict.None;
        var head = ReadUInt16LittleEndian(payload);
        // mailbox, network variables
        if (head >> TypeShift != TypeOfDatagrams) return carrier.Transport == Transport.Ethernet ? Verdict.Weak : Verdict.None;
        var length = head & LengthMask;
        var first = payload[FrameHead..];
        return length >= DatagramHead + CounterOctets && FrameHead + length <= payload.Length && first[CommandOffset] <= LastCommand
            && DatagramHead + CounterOctets + (ReadUInt16LittleEndian(first[DatagramLengthOffset..]) & LengthMask) <= length
            ? Verdict.Certain
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < FrameHead || ReadUInt16LittleEndian(message) >> TypeShift != TypeOfDatagrams) return;
        var rest = message[FrameHead..];
        for (var left = MaximumDatagrams; left > 0 && rest.Length >= DatagramHead; left--)
        {
            var length = ReadUInt16LittleEndian(rest[DatagramLengthOffset..]);
            ReadDatagram(rest[CommandOffset], ReadUInt16LittleEndian(rest[RegisterOffset..]), notes);
            if ((length & MoreFollow) == 0) return;
            rest = rest[Math.Min(rest.Length, DatagramHead + (length & LengthMask) + CounterOctets)..];
        }
    }

    /// <summary>Every device on the ring passes the frame on, so who asks is not told by it. Commands: 61158-4-12, table 20.</summary>
    private static void ReadDatagram(byte command, ushort register, Notes notes)
    {
        notes.Function(command);
        if (command is 1 or 4 or 7 or 10) notes.Effect(Effect.Read);
        else if (command is not (0 or > LastCommand) && register == ControlRegister && command is not (>= FirstLogical and <= LastLogical))
            notes.Operation(Effect.Admin, $"changes the state of a device");
        else if (command is not (0 or > LastCommand)) notes.Effect(Effect.Write);
    }
}
