using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// CODESYS runtimes. Version 3: a block driver header on TCP (magic E8170100h, length) or bare datagrams beginning with C5, in them services that
/// begin with CD55h; version 2: BBBBh and a length. No public specification: layout as published by those who studied it, so nothing rests on it but
/// names and effects.
/// </summary>
internal sealed class Codesys : IProtocol
{
    private const uint BlockMagic = 0xE8170100;
    private const int LengthOffset = 4, BlockOctets = 8, LongestBlock = 0x100000;
    private const ushort OldMagic = 0xBBBB;
    private const int OldLengthOffset = 2, OldHeaderOctets = 6;

    /// <summary>Datagram layer: C5, hops and header length, priority and flags, service, message, lengths of the two addresses.</summary>
    private const byte DatagramMagic = 0xC5;
    private const int ServiceOffset = 3;

    /// <summary>Service layer: CD55h, header size 16, service group (bit 7 answer), service, all little endian.</summary>
    private static ReadOnlySpan<byte> ServiceMark => [0x55, 0xCD, 0x10, 0x00];
    private const int GroupOffset = 4, CommandOffset = 6, ServiceOctets = 8;
    private const int Device = 1, Application = 2, Files = 8, Variables = 9, MonitorOld = 0x1B, Answer = 0x80;

    public string Name => "codesys";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [1740, 1741, 1742, 1743, 11740, 11741, 11742, 11743, 1200, 2455];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < OldHeaderOctets) return Verdict.None;
        if (carrier.Transport == Transport.Udp)
            return payload[0] == DatagramMagic && payload[ServiceOffset] is 1 or 2 or 3 or 4 or 64 && IsGatewayPort(carrier)
                ? Verdict.Weak
                : Verdict.None;
        if (payload.Length >= BlockOctets && BinaryPrimitives.ReadUInt32LittleEndian(payload) == BlockMagic)
            return BinaryPrimitives.ReadUInt32LittleEndian(payload[LengthOffset..]) is >= BlockOctets and < LongestBlock
                ? Verdict.Certain
                : Verdict.None;
        if (BinaryPrimitives.ReadUInt16BigEndian(payload) != OldMagic) return Verdict.None;
        return OldLength(payload) == payload.Length ? Verdict.Certain : Verdict.None;
    }

    /// <summary>Datagrams are only told on the four ports where gateways look for controllers.</summary>
    private static bool IsGatewayPort(in Carrier carrier) => carrier.SenderPort is >= 1740 and <= 1743 || carrier.ReceiverPort is >= 1740 and <= 1743;

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < BlockOctets)
            return stream.Length >= OldHeaderOctets && BinaryPrimitives.ReadUInt16BigEndian(stream) == OldMagic ? OldLength(stream) : 0;
        if (BinaryPrimitives.ReadUInt16BigEndian(stream) == OldMagic) return OldLength(stream);
        if (BinaryPrimitives.ReadUInt32LittleEndian(stream) != BlockMagic) return -1;
        return BinaryPrimitives.ReadUInt32LittleEndian(stream[LengthOffset..]) is var length and >= BlockOctets and < LongestBlock ? (int)length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        var at = message.IndexOf(ServiceMark);
        if (at < 0 || message.Length < at + ServiceOctets) return;
        var (group, command) =
            (BinaryPrimitives.ReadUInt16LittleEndian(message[(at + GroupOffset)..]),
                BinaryPrimitives.ReadUInt16LittleEndian(message[(at + CommandOffset)..]));
        notes.Function(group);
        notes.SenderIs((group & Answer) != 0 ? Party.Server : Party.Client);
        if ((group & Answer) != 0) return;
        var (effect, what) = Meaning(group, command);
        if (effect is Effect.Read or Effect.Identify) notes.Effect(effect);
        else notes.Operation(effect, $"{what} (service {group}/{command})");
    }

    /// <summary>The length's byte order is the controller's.</summary>
    private static int OldLength(ReadOnlySpan<byte> message)
    {
        var little = BinaryPrimitives.ReadUInt32LittleEndian(message[OldLengthOffset..]);
        var big = BinaryPrimitives.ReadUInt32BigEndian(message[OldLengthOffset..]);
        var length = Math.Min(little, big);
        return length is > 0 and < LongestBlock ? OldHeaderOctets + (int)length : -1;
    }

    private static (Effect, string) Meaning(int group, int command) => (group, command) switch
    {
        (Device, 1) => (Effect.Identify, ""),
        (Device, _) => (Effect.Admin, "logs in to the device"),
        (Application, 1 or 2) => (Effect.Admin, "logs in or out of an application"),
        (Application, 3 or 5 or 6 or 7) => (Effect.Program, "downloads an application"),
        (Application, 4) => (Effect.Program, "deletes an application"),
        (Application, 0x10) => (Effect.Admin, "starts the application"),
        (Application, 0x11) => (Effect.Admin, "stops the application"),
        (Application, 0x12) => (Effect.Admin, "resets the application"),
        (Files, 1 or 2 or 3) => (Effect.Read, ""),
        (Files, _) => (Effect.Program, "transfers a file"),
        (Variables or MonitorOld, 2) => (Effect.Write, "writes variables"),
        _ => (Effect.Read, ""),
    };
}
