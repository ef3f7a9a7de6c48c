using ExposureMap.Graph.Observation;
using static System.Buffers.Binary.BinaryPrimitives;

namespace ExposureMap.Capture.Protocols;

/// <summary>PROFINET discovery and configuration on EtherType 8892h. IEC 61158-6-10, 4.3.</summary>
internal sealed class ProfinetDcp : IProtocol
{
    private const ushort EtherType = 0x8892, FirstFrame = 0xFEFC, LastFrame = 0xFEFF;
    private const int ServiceOffset = 2, TypeOffset = 3, TransactionOffset = 4, LengthOffset = 10, BlocksOffset = 12;
    private const int Get = 3, Set = 4, Identify = 5, Hello = 6;
    private const byte Request = 0, Success = 1;
    private const int BlockHead = 4, BlockInfo = 2;              // option, suboption, length; status or qualifier, counted by the length
    private const ulong Pending = 1ul << 32;                     // Memory.First: and bits 0-31 the transaction of the last set

    public string Name => "profinet-dcp";

    public ReadOnlySpan<Transport> Transports => [Transport.Ethernet];

    public ReadOnlySpan<ushort> Ports => [EtherType];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (!carrier.Uses(EtherType) || payload.Length < BlocksOffset || ReadUInt16BigEndian(payload) is < FirstFrame or > LastFrame)
            return Verdict.None;
        return payload[ServiceOffset] is >= Get and <= Hello && BlocksOffset + ReadUInt16BigEndian(payload[LengthOffset..]) <= payload.Length
            ? Verdict.Certain
            : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream) => -1;

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        if (message.Length < BlocksOffset || ReadUInt16BigEndian(message) is < FirstFrame or > LastFrame) return;
        var request = message[TypeOffset] == Request;
        int service = message[ServiceOffset];
        notes.Function(service);
        if (service != Hello) notes.SenderIs(request ? Party.Client : Party.Server);
        var blocks = message[BlocksOffset..Math.Min(message.Length, BlocksOffset + ReadUInt16BigEndian(message[LengthOffset..]))];
        var transaction = Pending | ReadUInt32BigEndian(message[TransactionOffset..]);
        if (request && service == Set) ReadSet(blocks, transaction, notes);
        else if (request && service != Hello) notes.Effect(Effect.Identify);
        else if (service == Set) ReadSetAnswer(message[TypeOffset] == Success, transaction, notes);
        else ReadIdentity(blocks, notes);
    }

    private static void ReadSet(ReadOnlySpan<byte> blocks, ulong transaction, Notes notes)
    {
        while (TryTake(ref blocks, out var option, out _))
        {
            var what = option switch
            {
                0x0102 or 0x0103 => "sets the IP address",
                0x0202 => "sets the station name",
                0x0505 or 0x0506 => "resets to factory settings",
                0x0501 or 0x0502 or 0x0503 => null,              // start, end, signal (blink)
                _ => "sets an option",
            };
            if (what is null)
            {
                notes.Effect(Effect.Identify);
                continue;
            }

            notes.Operation(Effect.Admin, $"{what}");
            notes.Memory.First = transaction;
        }
    }

    private static void ReadSetAnswer(bool success, ulong transaction, Notes notes)
    {
        ref var memory = ref notes.Memory;
        if (memory.First != transaction) return;
        memory.First = 0;
        notes.Answered(success);
    }

    private static void ReadIdentity(ReadOnlySpan<byte> blocks, Notes notes)
    {
        notes.Effect(Effect.Report);
        while (TryTake(ref blocks, out var option, out var value))
        {
            if (value.IsEmpty) continue;
            switch (option)
            {
                case 0x0201:
                    notes.SenderFact(FactKind.Model, value);
                    break;
                case 0x0202:
                    notes.SenderFact(FactKind.Name, value);
                    break;
                case 0x0204:
                    notes.SenderFact(FactKind.Role, (value[0] & 2) != 0 ? "profinet controller" : "profinet device");
                    break;
                case 0x0102 when value.Length >= 4:
                    NoteAddress(Address.IPv4(value), notes);
                    break;
                default:
                    break;
            }
        }
    }

    private static void NoteAddress(Address address, Notes notes)
    {
        if (address.IsUnspecified || !notes.SenderMac.IsMac) return;
        Span<byte> mac = stackalloc byte[sizeof(ulong)];
        WriteUInt64BigEndian(mac, notes.SenderMac.Number.Low);
        var text = new FactText(stackalloc byte[FactText.Size]);
        text.AddHex(mac.Slice(2, 1));
        foreach (ref readonly var octet in mac[3..])
        {
            text.Add(":"u8);
            text.AddHex(new(in octet));
        }

        notes.Fact(address, FactKind.OwnedBy, text.Text, Certainty.Own);
    }

    /// <summary>The next block without its status or qualifier; blocks are padded to even octets.</summary>
    private static bool TryTake(scoped ref ReadOnlySpan<byte> rest, out int option, out ReadOnlySpan<byte> value)
    {
        option = 0;
        value = default;
        if (rest.Length < BlockHead) return false;
        option = ReadUInt16BigEndian(rest);
        var length = Math.Min(ReadUInt16BigEndian(rest[2..]), rest.Length - BlockHead);
        value = rest.Slice(BlockHead + Math.Min(BlockInfo, length), Math.Max(length - BlockInfo, 0));
        rest = rest[Math.Min(rest.Length, BlockHead + length + (length & 1))..];
        return true;
    }
}
