using System.Text.Unicode;
using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>Omron FINS on UDP and, behind a header, on TCP. Omron W421 Ethernet Units, sections 4 and 7; commands W342, section 5.</summary>
internal sealed class Fins : IProtocol
{
    private const ushort Port = 9600;
    private const int TcpLengthOffset = 4, TcpCommandOffset = 8, TcpHeader = 16, TcpMinimum = 8;   // "FINS", length of the rest, command, error
    private const int FrameCommand = 2, LastTcpCommand = 6;

    private const int InformationOffset = 0, GatewayOffset = 2, TargetNetworkOffset = 3, TargetNodeOffset = 4, TargetUnitOffset = 5,
        SourceNetworkOffset = 6, SourceUnitOffset = 8, ServiceOffset = 9, CommandOffset = 10, DataOffset = 12;
    private const byte UsesGateway = 0x80, IsResponse = 0x40, FixedBits = 0x3E;          // W342, 3-3: ICF
    private const int MaximumGateways = 7, MaximumNetwork = 0x7F;
    private const ushort EndFlags = 0x7F3F;                      // without the relay and fatal-error bits, W342, 5-1-3
    private const int ModelOctets = 20;
    private const ulong Pending = 0x100;                         // Memory.First: and the service id of the last operation

    public string Name => "fins";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp, Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [Port];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (carrier.Transport == Transport.Udp)
            return IsFrame(payload) ? payload.Length >= DataOffset + 2 ? Verdict.Certain : Verdict.Weak : Verdict.None;
        if (payload.Length < 4 || !payload.StartsWith("FINS"u8)) return Verdict.None;
        if (payload.Length < TcpCommandOffset + 4) return Verdict.NeedMore;
        return ReadUInt32BigEndian(payload[TcpLengthOffset..]) is >= TcpMinimum and < 65536
            && ReadUInt32BigEndian(payload[TcpCommandOffset..]) <= LastTcpCommand ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < TcpCommandOffset) return 0;
        var length = ReadUInt32BigEndian(stream[TcpLengthOffset..]);
        return stream.StartsWith("FINS"u8) && length is >= TcpMinimum and < 65536 ? TcpCommandOffset + (int)length : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (notes.Carrier.Transport == Transport.Tcp)
        {
            if (message.Length < TcpHeader) return;
            var command = ReadUInt32BigEndian(message[TcpCommandOffset..]);
            if (command <= 1) notes.SenderIs(command == 0 ? Party.Client : Party.Server);     // asks for and is given a node address
            if (command != FrameCommand) return;
            message = message[TcpHeader..];
        }

        if (message.Length < DataOffset) return;
        var response = (message[InformationOffset] & IsResponse) != 0;
        int function = ReadUInt16BigEndian(message[CommandOffset..]);
        notes.SenderIs(response ? Party.Server : Party.Client);
        notes.Function(function);
        if (response) ReadResponse(message, function, notes);
        else ReadRequest(message, function, notes);
    }

    private static bool IsFrame(ReadOnlySpan<byte> payload) =>
        payload.Length >= DataOffset && (payload[InformationOffset] & (UsesGateway | FixedBits)) == UsesGateway && payload[1] == 0
        && payload[GatewayOffset] <= MaximumGateways
        && payload[TargetNetworkOffset] <= MaximumNetwork && payload[SourceNetworkOffset] <= MaximumNetwork && IsUnit(payload[TargetUnitOffset])
        && IsUnit(payload[SourceUnitOffset])
        && EffectOf(ReadUInt16BigEndian(payload[CommandOffset..])) != Effect.Opaque;

    /// <summary>W342, 3-3: the controller itself, a CPU bus unit, a network's controller link unit, an inner board.</summary>
    private static bool IsUnit(byte unit) => unit is 0 or (>= 0x10 and <= 0x1F) or 0xE1 or 0xFE;

    private static void ReadRequest(ReadOnlySpan<byte> frame, int function, Notes notes)
    {
        NoteRoute(frame, notes);
        var effect = EffectOf(function);
        var data = frame[DataOffset..];
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return;
        }

        const int AreaOctets = 6;                                // area, word address, bit, count: W342, 5-3-2
        if (function == 0x0102 && data.Length >= AreaOctets)
            notes.Operation(effect, $"writes {ReadUInt16BigEndian(data[4..])} of area {data[0]:X2}h from {ReadUInt16BigEndian(data[1..])}");
        else notes.Operation(effect, $"{Verb(function)} (fins {function:X4}h)");
        notes.Memory.First = Pending | frame[ServiceOffset];
    }

    private static void ReadResponse(ReadOnlySpan<byte> frame, int function, Notes notes)
    {
        if (frame.Length < DataOffset + 2) return;
        var succeeded = (ReadUInt16BigEndian(frame[DataOffset..]) & EndFlags) == 0;
        ref var memory = ref notes.Memory;
        if (memory.First == (Pending | frame[ServiceOffset]))
        {
            memory.First = 0;
            notes.Answered(succeeded);
        }

        var data = frame[(DataOffset + 2)..];
        if (function != 0x0501 || !succeeded || data.Length < 2 * ModelOctets) return;
        notes.SenderFact(FactKind.Model, Printable.Run(data[..ModelOctets]).Trim((byte)' '));
        notes.SenderFact(FactKind.Firmware, Printable.Run(data.Slice(ModelOctets, ModelOctets)).Trim((byte)' '));
    }

    private static void NoteRoute(ReadOnlySpan<byte> frame, Notes notes)
    {
        int network = frame[TargetNetworkOffset], node = frame[TargetNodeOffset];
        if (network == 0 || !DevicesTold.IsNews(notes, behindSender: false, (uint)(network << 8 | node))) return;
        Span<byte> text = stackalloc byte[40];
        if (Utf8.TryWrite(text, $"fins network {network} node {node}", out var written))
            DevicesTold.Tell(notes, behindSender: false, text[..written]);
    }

    private static Effect EffectOf(int function) => function switch
    {
        0x0101 or 0x0104 or 0x0201 or 0x0220 or 0x0306 or 0x2102 or 0x2201 or 0x2202 or 0x220F or 0x2210 or 0x230A or 0x0701 => Effect.Read,
        0x0102 or 0x0103 or 0x0105 => Effect.Write,
        0x2301 or 0x2302 => Effect.Control,
        0x0202 or 0x0203 or 0x0221 or 0x0304 or 0x0305 or 0x0307 or 0x0308 or (>= 0x2203 and <= 0x220C) or 0x2211 => Effect.Program,
        0x0401 or 0x0402 or 0x0403 or 0x0702 or 0x0C01 or 0x0C02 or 0x0C03 or 0x2101 or 0x2103 => Effect.Admin,
        0x0501 or 0x0502 or 0x0601 or 0x0620 or 0x0801 or 0x0802 or 0x0803 or 0x0920 or 0x2603 => Effect.Identify,
        _ => Effect.Opaque,
    };

    private static string Verb(int function) => function switch
    {
        0x0401 => "runs the controller",
        0x0402 => "stops the controller",
        0x0403 => "resets the controller",
        0x0702 => "sets the clock",
        0x2301 or 0x2302 => "forces bits",
        (>= 0x0102 and <= 0x0105) => "writes memory",
        >= 0x0202 and <= 0x0308 => "changes the program or parameters",
        >= 0x2203 and <= 0x2211 => "changes files",
        _ => "administers",
    };
}
