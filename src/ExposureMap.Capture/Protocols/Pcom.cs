using System.Buffers.Binary;
using ExposureMap.Graph.Observation;

namespace ExposureMap.Capture.Protocols;

/// <summary>
/// Unitronics PCOM over TCP (PCOM protocol documentation): transaction 2, mode 101 for ASCII or 102 for binary, 0,
/// length 2 little endian; ASCII begins with "/" and ends with CR, binary begins with "/_OPLC".
/// </summary>
internal sealed class Pcom : IProtocol
{
    private const int ModeOffset = 2, ZeroOffset = 3, LengthOffset = 4, BodyOffset = 6, BinaryCommandOffset = BodyOffset + 12;
    private const byte Ascii = 101, Binary = 102;

    /// <summary>After "/" (request) or "/A" (answer): unit id of 2 hex digits, then the command.</summary>
    private const int AsciiCommand = BodyOffset + 3;

    public string Name => "pcom";

    public ReadOnlySpan<Transport> Transports => [Transport.Tcp];

    public ReadOnlySpan<ushort> Ports => [20256, 20257];

    public Verdict Recognise(ReadOnlySpan<byte> payload, in Carrier carrier)
    {
        if (payload.Length <= AsciiCommand + 1 || payload[BodyOffset] != '/' || payload[ZeroOffset] != 0) return Verdict.None;
        if (BinaryPrimitives.ReadUInt16LittleEndian(payload[LengthOffset..]) != payload.Length - BodyOffset) return Verdict.None;
        var fits = payload[ModeOffset] == Ascii && payload[^1] == '\r'
            || payload[ModeOffset] == Binary && payload[BodyOffset..].StartsWith("/_OPLC"u8);
        return fits ? Verdict.Certain : Verdict.None;
    }

    public int Measure(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < BodyOffset) return 0;
        return stream[ModeOffset] is Ascii or Binary && stream[ZeroOffset] == 0
            ? BodyOffset + BinaryPrimitives.ReadUInt16LittleEndian(stream[LengthOffset..])
            : -1;
    }

    public void Read(ReadOnlySpan<byte> message, Notes notes)
    {
        const byte AnswerBit = 0x80;
        if (message.Length <= AsciiCommand + 1) return;
        if (message[ModeOffset] == Binary)
        {
            if (message.Length <= BinaryCommandOffset) return;
            var command = message[BinaryCommandOffset];
            notes.Function(command);
            notes.SenderIs((command & AnswerBit) != 0 ? Party.Server : Party.Client);
            if (command == 0x44) notes.Operation(Effect.Write, $"writes a data table");
            else if ((command & AnswerBit) == 0) notes.Effect(command == 0x0C ? Effect.Identify : Effect.Read);
            return;
        }

        if (message[BodyOffset + 1] == 'A')
        {
            notes.SenderIs(Party.Server);
            return;
        }

        notes.SenderIs(Party.Client);
        var (first, second) = (message[AsciiCommand], message[AsciiCommand + 1]);
        notes.Function(first << 8 | second);
        if (first == 'S')
            notes.Operation(second is (byte)'A' or (byte)'B' ? Effect.Control : second == 'C' ? Effect.Admin : Effect.Write,
                $"sets operands (S{(char)second})");
        else if (first == 'C' && second == 'C') notes.Operation(Effect.Admin, $"stops, starts or resets the controller");
        else notes.Effect(first == 'I' ? Effect.Identify : Effect.Read);
    }
}
