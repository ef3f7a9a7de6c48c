using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>OPC UA binary on TCP. OPC 10000-6: messages 7.1.2, secure channel 6.7.2, numeric ids of services in annex A.</summary>
internal sealed class OpcUa : IProtocol
{
    private const int ChunkOffset = 3, SizeOffset = 4, HeaderOctets = 8, RequestOffset = 20, NodeOffset = 24, NodeOctets = 4;
    private const int MinimumSize = 8, MaximumSize = 16 << 20;
    private const int ResultOffset = NodeOffset + NodeOctets + 12;                       // ResponseHeader: timestamp, request handle, service result
    private const int BodyOffset = ResultOffset + 4 + 1 + 4 + 3;                         // no diagnostics, no strings, no additional header
    private const byte Intermediate = (byte)'C';
    private const int FaultId = 397, EndpointsResponse = 431;
    // Memory.First: bits 0-31 request id of the last operation
    private const ulong Pending = 1ul << 32, LowerGoesOn = 1ul << 33, HigherGoesOn = 1ul << 34;

    public string Name => "opcua";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [4840];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < 4 || !IsType(payload) || payload[ChunkOffset] is not ((byte)'F' or Intermediate or (byte)'A')) return Verdict.None;
        if (payload.Length < HeaderOctets) return Verdict.NeedMore;
        return ReadUInt32LittleEndian(payload[SizeOffset..]) is >= MinimumSize and <= MaximumSize ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < HeaderOctets) return stream.Length >= 3 && !IsType(stream) ? -1 : 0;
        var size = ReadUInt32LittleEndian(stream[SizeOffset..]);
        return IsType(stream) && size is >= MinimumSize and <= MaximumSize ? (int)size : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets) return;
        if (message.StartsWith("MSG"u8)) ReadMessage(message, notes);
        else if (message.StartsWith("HEL"u8))
        {
            notes.SenderIs(Party.Client);
            notes.Effect(Effect.Identify);
        }
        // RHE: the server opens the connection, 7.1.2.6
        else if (message.StartsWith("ACK"u8) || message.StartsWith("RHE"u8)) notes.SenderIs(Party.Server);
    }

    private static bool IsType(ReadOnlySpan<byte> stream) =>
        stream.StartsWith("MSG"u8) || stream.StartsWith("HEL"u8) || stream.StartsWith("ACK"u8) || stream.StartsWith("OPN"u8)
        || stream.StartsWith("CLO"u8) || stream.StartsWith("ERR"u8) || stream.StartsWith("RHE"u8);

    private static void ReadMessage(ReadOnlySpan<byte> message, Notes notes)
    {
        if (GoesOn(message[ChunkOffset] == Intermediate, notes) || message.Length < NodeOffset + NodeOctets) return;
        // A four-octet node id of namespace 0 (5.2.2.9). Encrypted content does not begin so and name a service, but for once in 2^24.
        var service = message[NodeOffset] == 1 && message[NodeOffset + 1] == 0 ? ReadUInt16LittleEndian(message[(NodeOffset + 2)..]) : (ushort)0;
        var request = ReadUInt32LittleEndian(message[RequestOffset..]);
        if (OpcUaServices.EffectOf(service) is { } effect) ReadRequest(service, effect, request, notes);
        else if (service == FaultId || OpcUaServices.EffectOf(service - 3) is not null) ReadResponse(service, request, message, notes);
        else notes.Effect(Effect.Opaque);
    }

    private static bool GoesOn(bool more, Notes notes)
    {
        ref var memory = ref notes.Memory;
        var bit = Side.IsLower(notes) ? LowerGoesOn : HigherGoesOn;
        var continued = (memory.First & bit) != 0;
        memory.First = more ? memory.First | bit : memory.First & ~bit;
        return continued;
    }

    private static void ReadRequest(int service, Effect effect, uint request, Notes notes)
    {
        notes.SenderIs(Party.Client);
        notes.Function(service);
        if (effect < Effect.Admin)
        {
            notes.Effect(effect);
            return;
        }

        notes.Operation(effect, $"{OpcUaServices.Verb(service)} (opc ua service {service})");
        ref var memory = ref notes.Memory;
        memory.First = memory.First & ~0xFFFF_FFFFul | Pending | request;
    }

    private static void ReadResponse(int service, uint request, ReadOnlySpan<byte> message, Notes notes)
    {
        notes.SenderIs(Party.Server);
        notes.Function(service);
        if (service == OpcUaServices.PublishResponse) notes.Effect(Effect.Report);
        ref var memory = ref notes.Memory;
        if ((memory.First & (Pending | 0xFFFF_FFFF)) == (Pending | request))
        {
            memory.First &= ~Pending;
            // severity good
            notes.Answered(service != FaultId && message.Length >= ResultOffset + 4 && ReadUInt32LittleEndian(message[ResultOffset..]) >> 30 == 0);
        }

        if (service == EndpointsResponse && message.Length > BodyOffset) NoteEndpoint(message[BodyOffset..], notes);
    }

    /// <summary>The first EndpointDescription of GetEndpoints (OPC 10000-4, 7.14): URL, then application URI, product URI, name.</summary>
    private static void NoteEndpoint(ReadOnlySpan<byte> body, Notes notes)
    {
        if (body.Length < 4) return;
        body = body[4..];                                        // number of endpoints
        TakeText(ref body);
        TakeText(ref body);
        var product = TakeText(ref body);
        if (!product.IsEmpty) notes.SenderFact(FactKind.Model, product);
        if (body.IsEmpty) return;
        var mask = body[0];                                      // LocalizedText: bit 0 locale, bit 1 text
        body = body[1..];
        if ((mask & 1) != 0) TakeText(ref body);
        var name = (mask & 2) != 0 ? TakeText(ref body) : [];
        if (!name.IsEmpty) notes.SenderFact(FactKind.Name, name);
    }

    private static ReadOnlySpan<byte> TakeText(scoped ref ReadOnlySpan<byte> rest)
    {
        var length = rest.Length >= 4 ? ReadInt32LittleEndian(rest) : int.MaxValue;
        if (length > rest.Length - 4)
        {
            rest = [];
            return [];
        }

        var text = rest.Slice(4, Math.Max(length, 0));           // -1 is none
        rest = rest[(4 + text.Length)..];
        return text;
    }
}
