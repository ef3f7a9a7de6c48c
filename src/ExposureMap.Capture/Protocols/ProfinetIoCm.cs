using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>PROFINET context management: connectionless DCE/RPC (C706, 12.5) with the interfaces of IEC 61158-6-10, 4.10.3, on UDP.</summary>
internal sealed class ProfinetIoCm : IProtocol
{
    private const int TypeOffset = 1, DataRepresentationOffset = 4, InterfaceOffset = 24, OperationOffset = 68,
        HeaderOctets = 80, SequenceOffset = 64;
    private const byte Version = 4, LittleEndian = 0x10, LastType = 10;
    private const int Request = 0, Response = 2, Fault = 3, Reject = 6;
    private const uint FirstInterface = 0xDEA00001, LastInterface = 0xDEA00004;          // device, controller, supervisor, parameter server
    private const ulong Pending = 1ul << 32;                     // Memory.First: and bits 0-31 the sequence number of the last operation

    public string Name => "profinet-io-cm";

    public ReadOnlySpan<Transport> Transports => [Transport.Udp];

    public ReadOnlySpan<ushort> Ports => [34964];

    public int HeadOctets => HeaderOctets;

    /// <summary>The last eight octets of every PROFINET UUID: DEA0000x-6C97-11D1-8271-00A02442DF7D.</summary>
    private static ReadOnlySpan<byte> Node => [0x82, 0x71, 0x00, 0xA0, 0x24, 0x42, 0xDF, 0x7D];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length < HeaderOctets || payload[0] != Version || payload[TypeOffset] > LastType) return Verdict.None;
        return Word32(payload, InterfaceOffset) is >= FirstInterface and <= LastInterface
            && payload.Slice(InterfaceOffset + 8, Node.Length).SequenceEqual(Node) ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < HeaderOctets || message[0] != Version) return;
        var operation = IsLittleEndian(message)
            ? ReadUInt16LittleEndian(message[OperationOffset..])
            : ReadUInt16BigEndian(message[OperationOffset..]);
        var key = Pending | Word32(message, SequenceOffset);
        ref var memory = ref notes.Memory;
        switch (message[TypeOffset])
        {
            case Request:
                notes.SenderIs(Party.Client);
                notes.Function(operation);
                if (NoteRequest(operation, notes)) memory.First = key;
                break;
            case Response or Fault or Reject:
                notes.SenderIs(Party.Server);
                if (message[TypeOffset] == Response) notes.Function(operation);
                if (memory.First != key) break;
                memory.First = 0;
                notes.Answered(message[TypeOffset] == Response);
                break;
            default:
                break;
        }
    }

    private static bool NoteRequest(int operation, Notes notes)
    {
        switch (operation)
        {
            case 2 or 5:
                notes.Effect(Effect.Read);
                return false;
            case 3:
                notes.Operation(Effect.Write, $"writes a record");
                return true;
            case 0 or 1 or 4:
                notes.Operation(Effect.Admin,
                    $"{(operation == 0 ? "connects as controller" : operation == 1 ? "releases the connection" : "ends parameterization")}");
                return true;
            default:
                notes.Effect(Effect.Identify);
                return false;
        }
    }

    private static bool IsLittleEndian(ReadOnlySpan<byte> message) => (message[DataRepresentationOffset] & 0xF0) == LittleEndian;

    private static uint Word32(ReadOnlySpan<byte> message, int offset) =>
        IsLittleEndian(message) ? ReadUInt32LittleEndian(message[offset..]) : ReadUInt32BigEndian(message[offset..]);
}
